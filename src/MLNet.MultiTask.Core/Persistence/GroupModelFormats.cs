using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Persistence;

/// <summary>The formats of all kinds of models that a file may hold.</summary>
internal sealed class GroupModelFormats
{
    private readonly Dictionary<string, IGroupModelFormat> _formats;

    private GroupModelFormats(IEnumerable<IGroupModelFormat> formats) =>
        _formats = formats.ToDictionary(f => f.Kind, StringComparer.Ordinal);

    /// <summary>Those of this assembly's learners: a new kind of model is added here.</summary>
    public static GroupModelFormats BuiltIn { get; } = new([new SharedBottomFormat(), new CalibratedFormat(),
        new TrivialFormat(), new ForestFormat(), new LinearFormat(), new EnsembleFormat(), new TabularFormat(),
        new TaskTreeFormat()]);

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
        ?? throw new FormatException($"The file holds a model of kind '{kind}'; known here are {Known}");

    private string Known => string.Join(", ", _formats.Keys.Order(StringComparer.Ordinal).Select(k => $"'{k}'"));
}
