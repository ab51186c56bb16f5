using MLNet.MultiTask.Data;
using System.Buffers;
using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask;

/// <summary>
/// The result of grouped training: one model per group, of whatever kind, and every task served by exactly one of them.
/// </summary>
public sealed class MultiTaskModel
{
    private readonly int[] _outputOffsets;
    private readonly (int From, int To, int Count)[][] _moves;

    /// <summary>Puts the models of a grouping together.</summary>
    /// <param name="tasks">All T tasks.</param>
    /// <param name="grouping">Of the T tasks.</param>
    /// <param name="models">One per group, over the group's members in ascending order.</param>
    /// <exception cref="ArgumentException">Counts, features or tasks of a model do not fit its group (the group is
    /// named).</exception>
    public MultiTaskModel(IReadOnlyList<TaskInfo> tasks, TaskGrouping grouping, IReadOnlyList<IGroupModel> models)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(grouping);
        ArgumentNullException.ThrowIfNull(models);
        if (grouping.TaskCount != tasks.Count)
            throw new ArgumentException($"The grouping '{grouping}' is over " +
                $"{Counted.Of(grouping.TaskCount, "task")}, there are {tasks.Count}", nameof(grouping));
        if (models.Count != grouping.Count)
            throw new ArgumentException($"{Counted.Of(models.Count, "model")} given for " +
                $"{Counted.Of(grouping.Count, "group")}", nameof(models));
        FeatureCount = models[0].FeatureCount;
        for (int g = 0; g < models.Count; g++)
        {
            if (models[g].FeatureCount != FeatureCount)
                throw new ArgumentException($"Group {g} takes {Counted.Of(models[g].FeatureCount, "feature")}, " +
                    $"group 0 takes {FeatureCount}", nameof(models));
            TaskInfo[] members = [.. grouping.Groups[g].Members.Select(t => tasks[t])];
            if (!models[g].Tasks.Select(Identity).SequenceEqual(members.Select(Identity)))
                throw new ArgumentException($"Group {g} is of the tasks {string.Join(", ", members.Select(Describe))}" +
                    $", its model of {string.Join(", ", models[g].Tasks.Select(Describe))}", nameof(models));
        }
        (Tasks, Grouping, Models) = ([.. tasks], grouping, [.. models]);
        _outputOffsets = new int[tasks.Count + 1];
        for (int t = 0; t < tasks.Count; t++)
            _outputOffsets[t + 1] = _outputOffsets[t] + tasks[t].OutputCount;
        _moves = [.. Enumerable.Range(0, models.Count).Select(Moves)];
    }

    /// <summary>All T tasks.</summary>
    public IReadOnlyList<TaskInfo> Tasks { get; }

    /// <summary>Number of features d.</summary>
    public int FeatureCount { get; }

    /// <summary>Which tasks share a model.</summary>
    public TaskGrouping Grouping { get; }

    /// <summary>One model per group, over the group's members in ascending order.</summary>
    public IReadOnlyList<IGroupModel> Models { get; }

    /// <summary>Outputs of all tasks together: one per binary or regression task, K per multi-class task.</summary>
    public int OutputCount => _outputOffsets[^1];

    /// <summary>First output of a task; a task's outputs are consecutive.</summary>
    public int OutputOffset(int task) => _outputOffsets[task];

    /// <summary>
    /// Probability of class 1 (binary), class probabilities (multi-class), value in the user's units (regression),
    /// of every task from the group that serves it. Safe to call from many threads.
    /// </summary>
    /// <param name="features">rows×d, row-major.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="scores">rows×<see cref="OutputCount"/>, tasks in order; overwritten.</param>
    /// <param name="threads">Upper limit of threads; the scores' bits do not depend on it.</param>
    public void Score(ReadOnlySpan<float> features, int rows, Span<float> scores, int threads = 1)
    {
        if (scores.Length < (long)rows * OutputCount)
            throw new ArgumentException($"Room for {Counted.Of(scores.Length, "score")} given, {rows}×{OutputCount} " +
                "expected",
                nameof(scores));
        for (int g = 0; g < Models.Count; g++)
        {
            int width = Models[g].OutputCount;
            if (Models.Count == 1)
            {
                Models[g].Score(features, rows, scores, [], threads);
                return;
            }
            float[] own = ArrayPool<float>.Shared.Rent(Math.Max(1, rows * width));
            Models[g].Score(features, rows, own, [], threads);
            foreach ((int from, int to, int count) in _moves[g])
                for (int row = 0; row < rows; row++)
                    own.AsSpan(row * width + from, count).CopyTo(scores[(row * OutputCount + to)..]);
            ArrayPool<float>.Shared.Return(own);
        }
    }

    // Where a group's outputs of the tasks that it serves go among all outputs.
    private (int From, int To, int Count)[] Moves(int group)
    {
        IReadOnlyList<int> members = Grouping.Groups[group].Members;
        var served = Grouping.Groups[group].Served.ToHashSet();
        return [.. Enumerable.Range(0, members.Count).Where(m => served.Contains(members[m])).Select(m =>
            (Models[group].OutputOffset(m), OutputOffset(members[m]), Tasks[members[m]].OutputCount))];
    }

    private static (string, TaskKind, int) Identity(TaskInfo task) => (task.Name, task.Kind, task.OutputCount);

    private static string Describe(TaskInfo task) => task.Kind == TaskKind.Multiclass
        ? $"{task.Name} ({task.Kind}, {task.OutputCount} classes)" : $"{task.Name} ({task.Kind})";
}
