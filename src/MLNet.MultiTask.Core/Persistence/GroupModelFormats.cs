using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Persistence;

/// <summary>The formats of all kinds of models that a file may hold.</summary>
internal sealed class GroupModelFormats
{
    /// <summary>The kind whose format is in another package.</summary>
    public const string TorchModule = "torch-module";

    private static readonly Lock Gate = new();
    private static volatile GroupModelFormats _builtIn = new([new SharedBottomFormat(), new CalibratedFormat(),
        new TrivialFormat(), new ForestFormat(), new LinearFormat(), new EnsembleFormat(), new TabularFormat(),
        new TaskTreeFormat()]);

    private readonly Dictionary<string, IGroupModelFormat> _formats;

    private GroupModelFormats(IEnumerable<IGroupModelFormat> formats) =>
        _formats = formats.ToDictionary(f => f.Kind, StringComparer.Ordinal);

    /// <summary>Those of this assembly's learners, where a new kind of model is added, and those that other assemblies
    /// registered.</summary>
    public static GroupModelFormats BuiltIn => _builtIn;

    /// <summary>Adds the format of another assembly's learner; once more changes nothing.</summary>
    public static void Register(IGroupModelFormat format)
    {
        lock (Gate)
            if (!_builtIn._formats.ContainsKey(format.Kind))
                _builtIn = _builtIn.With(format);
    }

    /// <summary>These and others.</summary>
    public GroupModelFormats With(params IEnumerable<IGroupModelFormat> others) => new([.. _formats.Values, .. others]);

    /// <summary>The format of a model that is to be saved.</summary>
    /// <exception cref="ArgumentException">There is none for models of its kind.</exception>
    public IGroupModelFormat Of(IGroupModel model) => _formats.GetValueOrDefault(model.Kind)
        ?? throw new ArgumentException($"A model of kind '{model.Kind}' cannot be saved: there is a format for " +
            $"{Known} only", nameof(model));

    /// <summary>The format of a kind that a file names.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public IGroupModelFormat Of(string kind) => _formats.GetValueOrDefault(kind)
        ?? throw new FormatException($"The file holds a model of kind '{kind}'; known here are {Known}" +
            (kind == TorchModule ? ": add the package MLNet.MultiTask.TorchSharp and call " +
                "mlContext.MultiTask().UseTorchSharp() before loading" : ""));

    private string Known => string.Join(", ", _formats.Keys.Order(StringComparer.Ordinal).Select(k => $"'{k}'"));
}
