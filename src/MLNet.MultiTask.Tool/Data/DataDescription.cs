using MLNet.MultiTask.Tool.Data.Csv;

namespace MLNet.MultiTask.Tool.Data;

/// <summary>Where the data is and what its columns mean; columns that nothing names are features.</summary>
internal sealed record DataDescription
{
    /// <summary>The CSV file.</summary>
    public required string Path { get; init; }

    /// <summary>How the file is written.</summary>
    public CsvFormat Format { get; init; } = new();

    /// <summary>The tasks' label columns; exactly one where <see cref="TaskIdColumn"/> is given.</summary>
    public required IReadOnlyList<LabelColumn> Labels { get; init; }

    /// <summary>The column that says to which task a row belongs; null = every row has all labels.</summary>
    public string? TaskIdColumn { get; init; }

    /// <summary>The column of row weights for training; null = all 1.</summary>
    public string? WeightColumn { get; init; }

    /// <summary>Columns that must not be features.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>Columns whose numbers are codes.</summary>
    public IReadOnlyList<string> Categorical { get; init; } = [];

    /// <summary>How a model that is gone on from reads columns; null = decided from the file.</summary>
    public FeatureEncoder? Encoder { get; init; }

    /// <summary>The tasks of that model, whose classes and offsets count.</summary>
    public IReadOnlyList<TaskInfo> InitialTasks { get; init; } = [];

    /// <summary>Its binary tasks whose labels are other values than 0 and 1 or no and yes, by name.</summary>
    public IReadOnlyDictionary<string, BinaryValues> InitialValues { get; init; } =
        new Dictionary<string, BinaryValues>();

    /// <summary>Whether the row weights count; if not, their column is only kept out of the features.</summary>
    public bool UseWeights { get; init; } = true;

    /// <summary>Columns whose texts count although they may look like numbers.</summary>
    public IEnumerable<string> Texts =>
    [
        .. Labels.Where(l => l.Kind is TaskKind.Binary or TaskKind.Multiclass || l.Positive is not null
            || TaskIdColumn is not null)
            .Select(l => l.Name),
        .. Categorical, .. Encoder?.Columns.Where(c => c.Categories is not null).Select(c => c.Name) ?? [],
        .. TaskIdColumn is null ? Array.Empty<string>() : [TaskIdColumn],
    ];

    /// <summary>Every column that is not a feature, with its role; a column has one role only.</summary>
    public IReadOnlyDictionary<string, string> Roles()
    {
        var roles = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (LabelColumn label in Labels)
            Add(label.Name, "label");
        if (TaskIdColumn is not null)
            Add(TaskIdColumn, "task id");
        if (WeightColumn is not null)
            Add(WeightColumn, "weight");
        foreach (string column in Ignored)
            if (column != WeightColumn)
                Add(column, "ignored");
        return roles;

        void Add(string column, string role)
        {
            if (!roles.TryAdd(column, role))
                throw new InputException(roles[column] == role ? $"Column '{column}' is named twice as {role} column."
                    : $"Column '{column}' is named as {roles[column]} column and again as {role} column.");
        }
    }
}
