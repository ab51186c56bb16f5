using MLNet.MultiTask.Schema;

namespace MLNet.MultiTask.Data;

/// <summary>How the tasks of one <see cref="TaskColumn"/> are laid out in columns.</summary>
internal enum TaskForm
{
    /// <summary>One task, scalar columns.</summary>
    Scalar,

    /// <summary>Many tasks of one kind, vector columns with one slot per task.</summary>
    Vector,

    /// <summary>Many tasks of one kind, scalar columns that belong to the row's own task.</summary>
    Indexed,
}

/// <summary>What the values of a task-id column are.</summary>
internal enum TaskIdForm
{
    /// <summary>The ids: texts or numbers.</summary>
    Value,

    /// <summary>Keys whose annotation holds the ids.</summary>
    KeyWithValues,

    /// <summary>Keys whose numbers are the ids.</summary>
    Key,
}

/// <summary>The tasks that one <see cref="TaskColumn"/> turned out to hold.</summary>
internal sealed record TaskBlock
{
    /// <summary>
    /// Of the task column; behind "Score." and so on, unless the block stands alone and is no scalar.
    /// </summary>
    public required string Name { get; init; }

    public required TaskKind Kind { get; init; }

    public required TaskForm Form { get; init; }

    /// <summary>First of the block's consecutive tasks.</summary>
    public required int FirstTask { get; init; }

    /// <summary>Number of tasks.</summary>
    public required int Count { get; init; }

    /// <summary>Multi-class: the values of the classes, in label order.</summary>
    public KeyValueTexts? Classes { get; init; }

    /// <summary>Binary: the key whose values the labels are, where they are keys.</summary>
    public BinaryKey? LabelKey { get; init; }

    /// <summary>Binary: the value that was positive in training, then the other one, where they do not say it
    /// themselves; predictions stay true and false.</summary>
    public IReadOnlyList<string>? LabelValues { get; init; }

    /// <summary>Indexed: the column with the task ids.</summary>
    public string? TaskIdColumnName { get; init; }

    /// <summary>Indexed: how that column says the ids.</summary>
    public TaskIdForm TaskIdForm { get; init; }

    /// <summary>Indexed: how rows of other tasks are scored.</summary>
    public UnknownTask UnknownTask { get; init; }
}

/// <summary>
/// All tasks of an estimator or transformer and the blocks in which they travel; plain data, fit for a file.
/// </summary>
internal sealed record TaskLayout(IReadOnlyList<TaskBlock> Blocks, IReadOnlyList<TaskInfo> Tasks)
{
    /// <summary>
    /// The name of a block's column, such as <c>Score.Income</c>, or <c>Score</c> where the only block is a vector or
    /// indexed.
    /// </summary>
    public string ColumnName(string column, TaskBlock block) =>
        ColumnName(column, block.Name, block.Form, Blocks.Count);

    /// <inheritdoc cref="ColumnName(string, TaskBlock)"/>
    public static string ColumnName(string column, string block, TaskForm form, int blocks) =>
        blocks == 1 && form != TaskForm.Scalar ? column : $"{column}.{block}";

    /// <summary>Number of the block that holds a task.</summary>
    public int BlockOf(int task)
    {
        int block = 0;
        while (task >= Blocks[block].FirstTask + Blocks[block].Count)
            block++;
        return block;
    }

    /// <summary>The tasks of a block.</summary>
    public IEnumerable<TaskInfo> TasksOf(TaskBlock block) => Tasks.Skip(block.FirstTask).Take(block.Count);
}
