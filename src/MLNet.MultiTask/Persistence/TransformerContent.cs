using System.Text.Json;
using System.Text.Json.Serialization;
using MLNet.MultiTask.BuiltIn;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Schema;

namespace MLNet.MultiTask.Persistence;

/// <summary>
/// The description of a prediction transformer; the model itself is a section, in the format of model files.
/// </summary>
internal sealed record PredictionContent(string FeatureColumnName, BlockContent[] Blocks, int ModelLength);

/// <summary>
/// One block of tasks. Kind, names and classes are the model's; the type says what the class names stand for.
/// </summary>
internal sealed record BlockContent(string Name, string Form, int Count, string? ClassType, TaskIdContent? TaskId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] LabelKeyContent? LabelKey = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string[]? LabelValues = null)
{
    public static BlockContent Of(TaskBlock block) =>
        new(block.Name, block.Form.ToString(), block.Count, block.Classes?.ItemType,
        block.TaskIdColumnName is { } id ? new(id, block.TaskIdForm.ToString(), block.UnknownTask.ToString()) : null,
        LabelKeyContent.Of(block.LabelKey), block.LabelValues is null ? null : [.. block.LabelValues]);

    /// <exception cref="FormatException">The block does not fit the model's tasks.</exception>
    public TaskBlock ToBlock(IReadOnlyList<TaskInfo> tasks, int first)
    {
        TaskForm form = Parsed<TaskForm>(Form);
        if (Name.Length == 0 || Count < 1 || Count > tasks.Count - first || (form == TaskForm.Scalar && Count > 1))
            throw new FormatException($"Block '{Name}' of {Counted.Of(Count, "task")} from task {first} on does not " +
                $"fit {Counted.Of(tasks.Count, "task")}");
        TaskInfo task = tasks[first];
        for (int t = first; t < first + Count; t++)
            if (tasks[t].Kind != task.Kind || !tasks[t].ClassNames.SequenceEqual(task.ClassNames))
                throw new FormatException($"Tasks '{task.Name}' and '{tasks[t].Name}' of block '{Name}' are of " +
                    "different kinds or classes");
        if ((ClassType is not null) != (task.Kind == TaskKind.Multiclass)
            || (form == TaskForm.Indexed) != (TaskId is not null)
            || (LabelKey is not null && task.Kind != TaskKind.Binary))
            throw new FormatException($"Block '{Name}' is neither whole nor free of class type and task ids");
        if (LabelValues is { } values && (task.Kind != TaskKind.Binary || LabelKey is not null
            || values.Length is not (1 or 2) || values.Any(string.IsNullOrEmpty)
            || values.Distinct().Count() < values.Length))
            throw new FormatException($"Block '{Name}' has label values of no binary task");
        KeyValueTexts? classes = ClassType is null ? null : new(ClassType, task.ClassNames);
        classes?.ThrowIfInvalid();
        return new TaskBlock
        {
            Name = Name,
            Kind = task.Kind,
            Form = form,
            FirstTask = first,
            Count = Count,
            Classes = classes,
            LabelKey = LabelKey?.ToKey(),
            LabelValues = LabelValues,
            TaskIdColumnName = TaskId?.ColumnName,
            TaskIdForm = TaskId is null ? default : Parsed<TaskIdForm>(TaskId.Form),
            UnknownTask = TaskId is null ? default : Parsed<UnknownTask>(TaskId.Unknown),
        };
    }

    private static T Parsed<T>(string name) where T : struct, Enum
    {
        foreach (T value in Enum.GetValues<T>())
            if (value.ToString() == name)
                return value;
        throw new FormatException($"'{name}' is no {typeof(T).Name}");
    }
}

/// <summary>The two values of a key that labels a binary task, and which of them (1 or 2) is positive.</summary>
internal sealed record LabelKeyContent(string Type, string[] Values, int Positive)
{
    public static LabelKeyContent? Of(BinaryKey? key) => key is null ? null
        : new(key.Values.ItemType, [.. key.Values.Texts], key.PositiveKey);

    public BinaryKey ToKey()
    {
        if (Values.Length != 2 || Array.IndexOf(Values, null) >= 0 || Positive is not (1 or 2))
            throw new FormatException($"A key of {Counted.Of(Values.Length, "value")}, of which {Positive} is " +
                "positive, labels no binary task");
        var values = new KeyValueTexts(Type, Values);
        values.ThrowIfInvalid();
        return new BinaryKey(values, Positive);
    }
}

/// <summary>The column of task ids.</summary>
internal sealed record TaskIdContent(string ColumnName, string Form, string Unknown);

/// <summary>The description of an affinity transformer; matrices are sections.</summary>
internal sealed record AffinityContent(string OutputColumnName, string[] Tasks, string Method, bool HasPairCounts,
    bool HasStandardErrors, string[] Diagnostics)
{
    /// <summary>The affinity of transfer; null where there is none, as in files of version 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AffinityPartContent? Transfer { get; init; }

    /// <summary>The affinity of stopping; null likewise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AffinityPartContent? Stopping { get; init; }

    /// <summary>What to know before relying on the affinity; null = nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string[]? Warnings { get; init; }

    /// <summary>Places of the pairs that were not measured, row by row; null = none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int[]? Unmeasured { get; init; }

    /// <summary>Whether the affinity is signed; false in files of version 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsSigned { get; init; }

    /// <summary>The whole affinity's own matrices.</summary>
    [JsonIgnore]
    public AffinityPartContent Own => new(Method, HasPairCounts, HasStandardErrors);
}

/// <summary>Which matrices an affinity has, and what is said of it.</summary>
internal sealed record AffinityPartContent(string Method, bool HasPairCounts, bool HasStandardErrors,
    bool IsSigned = false)
{
    /// <summary>As of the whole affinity.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string[]? Warnings { get; init; }

    /// <summary>As of the whole affinity.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int[]? Unmeasured { get; init; }

    public static AffinityPartContent Of(TaskAffinity affinity) =>
        new(affinity.Method, affinity.PairCounts is not null, affinity.StandardErrors is not null, affinity.IsSigned)
        {
            Warnings = affinity.Warnings.Count == 0 ? null : [.. affinity.Warnings],
            Unmeasured = affinity.Unmeasured is { } unmeasured
                ? [.. Enumerable.Range(0, unmeasured.Length).Where(p => unmeasured[p])] : null,
        };
}

/// <summary>A grouping transformer; the bound is null where there is none.</summary>
internal sealed record GroupingContent(
    string OutputColumnName, string[] Tasks, string Grouping, double Objective, double? Bound, bool IsOptimal,
        string StopReason, string Solver);

/// <summary>The description of a featurizing transformer; the encoder is a section.</summary>
internal sealed record FeaturizeContent(string OutputColumnName, string[] Missing, bool DecimalComma, string[] Forms,
    string[] LeftOut, int EncoderLength);

/// <summary>The same strict rules as the header's.</summary>
[JsonSourceGenerationOptions(MaxDepth = 8, AllowTrailingCommas = false,
    ReadCommentHandling = JsonCommentHandling.Disallow,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PredictionContent))]
[JsonSerializable(typeof(FeaturizeContent))]
[JsonSerializable(typeof(AffinityContent))]
[JsonSerializable(typeof(GroupingContent))]
[JsonSerializable(typeof(PipelineContent))]
internal sealed partial class TransformerJson : JsonSerializerContext;
