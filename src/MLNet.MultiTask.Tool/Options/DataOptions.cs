using MLNet.MultiTask.Data;
using System.CommandLine;
using System.IO.Enumeration;
using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Tool.Data.Csv;
using MLNet.MultiTask.Tool.Models;
using MLNet.MultiTask.Tool.Output;

namespace MLNet.MultiTask.Tool.Options;

/// <summary>Where the data is and what its columns mean.</summary>
/// <param name="forTraining">Whether features and weights are chosen, too; a saved model knows its features.</param>
internal sealed class DataOptions(bool forTraining)
{
    private readonly CsvOptions _csv = new();
    private readonly Option<string?> _data = new("--data")
    {
        Description = "CSV file with a header line.",
        HelpName = "FILE",
    };
    private readonly Option<string[]> _label = new("--label")
    {
        Description = "Label column, one per task; an empty cell is a missing label.",
        HelpName = "NAME…",
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<string?> _pattern = new("--label-pattern")
    {
        Description = "Label columns by pattern, such as \"task_*\".",
        HelpName = "GLOB",
    };
    private readonly Option<TaskKind[]> _kind = new("--kind")
    {
        Description = "What the labels are: binary, multiclass or regression; one for all, or one per --label.",
        HelpName = "KIND…",
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly PositiveOption _positive = new();
    private readonly Option<string?> _taskId = new("--task-id")
    {
        Description = "Column that says to which task a row belongs; --label is then one column.",
        HelpName = "COL",
    };
    private readonly Option<string?> _weight = new("--weight")
    {
        Description = "Column of row weights, used in training.",
        HelpName = "COL",
    };
    private readonly Option<string[]> _ignore = new("--ignore")
    {
        Description = "Columns that must not be features; a task of a manifest is left out.",
        HelpName = "COL…",
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<string[]> _categorical = new("--categorical")
    {
        Description = "Columns whose numbers are codes of categories.",
        HelpName = "COL…",
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<string?> _manifest = new("--manifest")
    {
        Description = "JSON list of data sets, instead of --data.",
        HelpName = "FILE",
    };
    private readonly Option<string?> _name = new("--name")
    {
        Description = "Data set of the manifest.",
        HelpName = "NAME",
    };
    private readonly Option<ulong?> _splitSeed = new("--split-seed")
    {
        HelpName = "SEED",
        Description = "Seed of the 60/20/20 split into training, validation and test rows " +
            (forTraining ? $"[default: {DataSplit.DefaultSeed}]" : "[default: the model's]"),
    };
    private readonly Option<int?> _maxRows = new("--max-rows")
    {
        Description = "Use that many rows at most, chosen by the split seed " +
            (forTraining ? "[default: all rows]" : "[default: as many as the model's training]"),
        HelpName = "N",
    };

    /// <summary>What the file of a sweep says of the source under their own names.</summary>
    public Option[] ForConfig => [.. _csv.ForConfig, _positive.Option, _splitSeed, _maxRows];

    public void AddTo(Command command)
    {
        Option[] features = forTraining ? [_positive.Option, _weight, _ignore, _categorical] : [];
        Option[] options =
            [_data, _label, _pattern, _kind, _taskId, .. features, _manifest, _name, _splitSeed, _maxRows];
        foreach (Option option in options)
            command.Options.Add(option);
        _csv.AddTo(command);
    }

    /// <summary>The files that the options name.</summary>
    public void AddTo(FileRoles files, ParseResult parsed, DataDescription description) =>
        files.Read(parsed.GetValue(_manifest) is null ? _data.Name : "the file of --name", description.Path)
            .Read(_manifest.Name, parsed.GetValue(_manifest));

    /// <summary>The name of the data set in the manifest; null without one.</summary>
    public string? SetName(ParseResult parsed) => parsed.GetValue(_manifest) is null ? null : parsed.GetValue(_name);

    public ulong SplitSeed(ParseResult parsed) => parsed.GetValue(_splitSeed) ?? DataSplit.DefaultSeed;

    /// <summary>Whether the split's seed is given.</summary>
    public bool HasSplitSeed(ParseResult parsed) => parsed.GetValue(_splitSeed) is not null;

    public int? MaxRows(ParseResult parsed) => parsed.GetValue(_maxRows) is not { } rows ? null
        : rows >= 1 ? rows : throw new InputException($"--max-rows is {rows}; at least 1 is expected.");

    /// <summary>What the options say about data to be scored by a model.</summary>
    public DataDescription Describe(ParseResult parsed, RawPipeline pipeline) =>
        Describe(parsed, pipeline.Tasks) with { Format = _csv.For(pipeline, parsed), UseWeights = false };

    /// <summary>What the options say about data on which a model is trained on.</summary>
    public DataDescription DescribeFurther(ParseResult parsed, RawPipeline initial)
    {
        if (parsed.GetResult(_categorical) is { Implicit: false })
            throw new InputException(
                $"{_categorical.Name} and --init exclude one another; the model says how columns " +
                "are read.");
        DataDescription described = Describe(parsed, initial.Tasks);
        IReadOnlyDictionary<string, BinaryValues> values = initial.BinaryValues;
        return described with
        {
            Labels = [.. described.Labels.Select(l => l with
            {
                Positive = l.Positive ?? values.GetValueOrDefault(l.Name)?.Positive,
            })],
            InitialValues = values,
            Format = _csv.For(initial, parsed),
            Encoder = initial.Featurizer!.Encoder,
            InitialTasks = initial.Tasks,
        };
    }

    /// <summary>What the options say about the data.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="model">Tasks that are the labels where no option names any; null = labels must be named.</param>
    public DataDescription Describe(ParseResult parsed, IReadOnlyList<TaskInfo>? model = null)
    {
        string[] ignored = forTraining ? parsed.GetValue(_ignore) ?? [] : [];
        string[] categorical = forTraining ? parsed.GetValue(_categorical) ?? [] : [];
        if (parsed.GetValue(_manifest) is not { } manifest)
        {
            DataDescription own = FromOptions(parsed, model);
            return own with { Labels = WithPositives(own.Labels), Ignored = ignored, Categorical = categorical };
        }
        foreach (Option option in new Option[] { _data, _label, _pattern, _kind, _taskId, _weight })
            if (parsed.GetResult(option) is { Implicit: false })
                throw new InputException($"{option.Name} and --manifest exclude one another; the manifest says it.");
        string name = parsed.GetValue(_name) ?? throw new InputException("--manifest needs --name, the data set to " +
            "take from it.");
        DataDescription described = Manifest.Read(manifest, name);
        return described with
        {
            Format = _csv.Read(parsed),
            Labels = WithPositives([.. described.Labels.Where(l => !ignored.Contains(l.Name))]),
            Ignored = [.. described.Ignored, .. ignored],
            Categorical = categorical,
        };

        IReadOnlyList<LabelColumn> WithPositives(IReadOnlyList<LabelColumn> labels) =>
            forTraining ? _positive.Apply(parsed, labels) : labels;
    }

    private DataDescription FromOptions(ParseResult parsed, IReadOnlyList<TaskInfo>? model)
    {
        string path = parsed.GetValue(_data) ?? throw new InputException(
            "Say where the data is: --data FILE --label NAME… --kind KIND, or --manifest FILE --name NAME.");
        if (parsed.GetValue(_name) is not null)
            throw new InputException("--name needs --manifest.");
        CsvFormat format = _csv.Read(parsed);
        string[] labels = Labels(parsed, path, format);
        string? taskId = parsed.GetValue(_taskId);
        return new DataDescription
        {
            Path = path,
            Format = format,
            Labels = labels.Length > 0 || model is null ? WithKinds(parsed, labels, model)
                : OfModel(model, path, format),
            TaskIdColumn = taskId is null || labels.Length == 1 ? taskId
                : throw new InputException($"--task-id needs one label column; {labels.Length} are named."),
            WeightColumn = forTraining ? parsed.GetValue(_weight) : null,
        };
    }

    private string[] Labels(ParseResult parsed, string path, CsvFormat format)
    {
        string[] labels = parsed.GetValue(_label) ?? [];
        if (parsed.GetValue(_pattern) is not { } pattern)
            return labels;
        string[] matches = [.. new CsvFileReader(path, format).ReadHeader().Named
            .Where(c => FileSystemName.MatchesSimpleExpression(pattern, c, ignoreCase: false))];
        return matches.Length > 0 ? [.. labels, .. matches.Except(labels)]
            : throw new InputException($"No column of {Path.GetFileName(path)} matches --label-pattern '{pattern}'.");
    }

    /// <summary>The columns named like a task of the model.</summary>
    private static LabelColumn[] OfModel(IReadOnlyList<TaskInfo> model, string path, CsvFormat format)
    {
        HashSet<string> columns = [.. new CsvFileReader(path, format).ReadHeader().Named];
        LabelColumn[] labels =
            [.. model.Where(t => columns.Contains(t.Name)).Select(t => new LabelColumn(t.Name, t.Kind))];
        return labels.Length > 0 ? labels : throw new InputException($"{Path.GetFileName(path)} has no column named " +
            $"like one of the model's tasks, {Some.Of([.. model.Select(t => t.Name)])}; name the label with --label, " +
            "and the column of task ids with --task-id if the tasks are ids.");
    }

    private LabelColumn[] WithKinds(ParseResult parsed, string[] labels, IReadOnlyList<TaskInfo>? model)
    {
        TaskKind[] kinds = parsed.GetValue(_kind) ?? [];
        if (labels.Length == 0)
            throw new InputException("Name the tasks: --label NAME… or --label-pattern GLOB.");
        if (kinds.Length == 0 && model is not null)
            return [.. labels.Select(name => new LabelColumn(name, null))];
        if (kinds.Length != 1 && kinds.Length != labels.Length)
            throw new InputException($"--kind gives {Counted.Of(kinds.Length, "kind")} for {labels.Length} label " +
                "columns; one for all, or one per label is expected.");
        return [.. labels.Select((name, i) => new LabelColumn(name, kinds[kinds.Length == 1 ? 0 : i]))];
    }
}
