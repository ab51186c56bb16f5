namespace MLNet.MultiTask;

/// <summary>
/// Names one label column of a multi-task problem and says what it predicts.
/// <para>A label may be <c>Boolean</c> (binary), a number of any type (binary 0/1, class or target; NaN = not
/// observed), <c>Text</c> (yes or no, class or number; empty, NA, N/A, null, ? or NaN = not observed) or a key
/// (multi-class, or binary with two values; 0 = not observed). A <em>vector</em> of these is the short form for many
/// tasks of one kind, named by the column's slot names, or <c>column.0</c>, <c>column.1</c> … where it has none.
/// <see cref="Indexed"/> is the other form: one label column, and a second column that says which task the row belongs
/// to.</para>
/// </summary>
public sealed class TaskColumn
{
    private TaskColumn(TaskKind kind, string labelColumnName, string? name, string? exampleWeightColumnName,
        float taskWeight)
    {
        ArgumentException.ThrowIfNullOrEmpty(labelColumnName);
        if (name is not null)
            ArgumentException.ThrowIfNullOrEmpty(name);
        if (!float.IsFinite(taskWeight) || taskWeight < 0)
            throw new ArgumentOutOfRangeException(nameof(taskWeight), taskWeight,
                $"Weight of task '{name ?? labelColumnName}' must be finite and not negative");
        (Kind, LabelColumnName, Name, ExampleWeightColumnName, TaskWeight) =
            (kind, labelColumnName, name ?? labelColumnName, exampleWeightColumnName, taskWeight);
    }

    /// <summary>
    /// The task's name, and with it the names of its scored columns; for a vector label, the name of the whole block.
    /// </summary>
    public string Name { get; }

    /// <summary>What the task, or every task of the vector, predicts.</summary>
    public TaskKind Kind { get; }

    /// <summary>The label column.</summary>
    public string LabelColumnName { get; }

    /// <summary>
    /// A <c>Single</c> column (for a vector label: a scalar for all its tasks, or a vector of the same size) with
    /// weights ≥ 0; null = all 1.
    /// </summary>
    public string? ExampleWeightColumnName { get; }

    /// <summary>The task's share in the training loss, relative to the other tasks.</summary>
    public float TaskWeight { get; }

    /// <summary>Binary: the value, as text, that counts as 1; null where the values say so.</summary>
    public string? Positive { get; private init; }

    /// <summary>The column that says which task a row belongs to; null unless the data is task-indexed.</summary>
    public string? TaskIdColumnName { get; private init; }

    /// <summary>What a row of an unknown task is scored with; only for task-indexed data.</summary>
    public UnknownTask UnknownTask { get; private init; }

    /// <summary>
    /// A yes/no task: a <c>Boolean</c>, number (0/1), text or two-valued key column, or a vector of these.
    /// </summary>
    /// <param name="labelColumnName">The label column.</param>
    /// <param name="name">The task's name; null = the label column's.</param>
    /// <param name="exampleWeightColumnName">Weights of the rows for this task; null = all 1.</param>
    /// <param name="taskWeight">Share in the training loss; finite and ≥ 0.</param>
    /// <param name="positive">
    /// The value of a key, text or number that counts as 1, the other one as 0, such as "malignant"; null where the
    /// values say so: 0 and 1, false and true, no and yes, negative and positive, in any case of letters.
    /// </param>
    public static TaskColumn Binary(string labelColumnName, string? name = null, string? exampleWeightColumnName = null,
        float taskWeight = 1, string? positive = null)
    {
        if (positive is not null)
            ArgumentException.ThrowIfNullOrWhiteSpace(positive);
        return new(TaskKind.Binary, labelColumnName, name, exampleWeightColumnName, taskWeight)
        {
            Positive = positive?.Trim(),
        };
    }

    /// <summary>A task with K ≥ 2 classes: a key, text or number column, or a vector of these.</summary>
    /// <param name="labelColumnName">The label column.</param>
    /// <param name="name">The task's name; null = the label column's.</param>
    /// <param name="exampleWeightColumnName">Weights of the rows for this task; null = all 1.</param>
    /// <param name="taskWeight">Share in the training loss; finite and ≥ 0.</param>
    public static TaskColumn Multiclass(string labelColumnName, string? name = null,
        string? exampleWeightColumnName = null, float taskWeight = 1) =>
        new(TaskKind.Multiclass, labelColumnName, name, exampleWeightColumnName, taskWeight);

    /// <summary>A task that predicts a number: a number or text column, or a vector of these.</summary>
    /// <inheritdoc cref="Multiclass"/>
    public static TaskColumn Regression(string labelColumnName, string? name = null,
        string? exampleWeightColumnName = null, float taskWeight = 1) =>
        new(TaskKind.Regression, labelColumnName, name, exampleWeightColumnName, taskWeight);

    /// <summary>
    /// Task-indexed data: every row belongs to one task, named by the value in <paramref name="taskIdColumnName"/>. It
    /// must be the only task column. Task names are the ids' texts; tasks are in order of their ids. Scored columns
    /// hold the score of the row's own task.
    /// </summary>
    /// <param name="kind">What every task predicts.</param>
    /// <param name="labelColumnName">The label column; a scalar.</param>
    /// <param name="taskIdColumnName">
    /// Text, key, integer or floating-point column with the ids; a missing value is an error in training.
    /// </param>
    /// <param name="name">A name for the whole; null = the label column's.</param>
    /// <param name="exampleWeightColumnName">Weights of the rows; null = all 1.</param>
    /// <param name="unknownTask">How rows are scored whose id was not there in training.</param>
    /// <param name="positive">Binary: as in <see cref="Binary"/>.</param>
    public static TaskColumn Indexed(TaskKind kind, string labelColumnName, string taskIdColumnName,
        string? name = null,
        string? exampleWeightColumnName = null, UnknownTask unknownTask = UnknownTask.Missing, string? positive = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(taskIdColumnName);
        if (positive is not null)
            ArgumentException.ThrowIfNullOrWhiteSpace(positive);
        if (positive is not null && kind != TaskKind.Binary)
            throw new ArgumentException($"Task column '{name ?? labelColumnName}' is {kind}; '{positive}' can be " +
                "positive only where it is Binary", nameof(positive));
        return new(kind, labelColumnName, name, exampleWeightColumnName, 1)
        {
            TaskIdColumnName = taskIdColumnName, UnknownTask = unknownTask, Positive = positive?.Trim(),
        };
    }

    internal static IReadOnlyList<TaskColumn> Checked(IEnumerable<TaskColumn> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        TaskColumn[] all = [.. columns];
        if (all.Length == 0)
            throw new ArgumentException("At least one task column is needed", nameof(columns));
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (TaskColumn column in all)
        {
            ArgumentNullException.ThrowIfNull(column, nameof(columns));
            if (!names.Add(column.Name))
                throw new ArgumentException($"Task name '{column.Name}' is used twice", nameof(columns));
            if (column.TaskIdColumnName is not null && all.Length > 1)
                throw new ArgumentException($"Task-indexed column '{column.Name}' must be the only task column, " +
                    $"{all.Length} were given", nameof(columns));
        }
        return all;
    }
}
