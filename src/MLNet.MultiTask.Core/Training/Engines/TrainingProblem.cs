using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Training;

/// <summary>
/// A table seen as the data of some of its tasks: the rows that matter, and labels as the losses want them.
/// </summary>
public sealed class TrainingProblem
{
    /// <summary>Checks that every task can be learned from the training rows.</summary>
    /// <param name="table">All tasks' data.</param>
    /// <param name="split">Rows to fit on and rows to validate on.</param>
    /// <param name="tasks">Columns of the tasks, in the network's order.</param>
    /// <param name="allowsMissingFeatures">Whether features may be NaN.</param>
    /// <exception cref="ArgumentException">A task cannot be learned (it is named), or a row or task is out of
    /// range.</exception>
    public TrainingProblem(TaskTable table, RowSplit split, IReadOnlyList<int> tasks,
        bool allowsMissingFeatures = false)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(split);
        ArgumentNullException.ThrowIfNull(tasks);
        if (tasks.Count == 0)
            throw new ArgumentException("At least one task is needed", nameof(tasks));
        foreach (int t in tasks)
            if (t < 0 || t >= table.Tasks.Count)
                throw new ArgumentOutOfRangeException(nameof(tasks), t,
                    $"Task number must be from 0 to {table.Tasks.Count - 1}");
        (Table, TaskIndices) = (table, [.. tasks]);
        Tasks = [.. tasks.Select(t => table.Tasks[t])];
        if (table.HasMissingFeatures && !allowsMissingFeatures)
            throw new ArgumentException("Some features are missing (NaN), which only forests can learn from: replace " +
                "missing values first, or train boosted trees", nameof(table));
        if (Tasks.All(t => t.Weight == 0))
            throw new ArgumentException("Every task has weight 0; at least one must be positive", nameof(tasks));
        Train = Observed(split.Train, "Training");
        Validation = Observed(split.Validation, "Validation");
        FarLabels.ThrowIfAny(table, TaskIndices, [.. Train, .. Validation], row => $"row {row}");
        (Means, Scales) = TargetScaling.Measure(this);
    }

    /// <summary>All tasks' data.</summary>
    public TaskTable Table { get; }

    /// <summary>Column of each task in the table.</summary>
    public int[] TaskIndices { get; }

    /// <summary>The tasks, in the network's order.</summary>
    public IReadOnlyList<TaskInfo> Tasks { get; }

    /// <summary>Training rows where at least one of the tasks is observed.</summary>
    public int[] Train { get; }

    /// <summary>Validation rows where at least one of the tasks is observed.</summary>
    public int[] Validation { get; }

    /// <summary>Per task: what is subtracted from a label.</summary>
    public float[] Means { get; internal set; }

    /// <summary>Per task: what a label is divided by.</summary>
    public float[] Scales { get; internal set; }

    /// <summary>Per task: labels of positive weight in the training rows.</summary>
    internal int[] CountLabels() => [.. TaskIndices.Select(t => Train.Count(row => Table.Weight(row, t) > 0))];

    private int[] Observed(int[] rows, string part)
    {
        int count = 0;
        foreach (int row in rows)
        {
            if (row < 0 || row >= Table.RowCount)
                throw new ArgumentOutOfRangeException(nameof(rows), row,
                    $"{part} row must be from 0 to {Table.RowCount - 1}");
            count += IsObserved(row) ? 1 : 0;
        }
        return count == rows.Length ? rows : [.. rows.Where(IsObserved)];
    }

    private bool IsObserved(int row)
    {
        foreach (int task in TaskIndices)
            if (Table.IsObserved(row, task))
                return true;
        return false;
    }
}
