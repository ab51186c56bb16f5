using System.Buffers;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask;

/// <summary>
/// The result of grouped training: one network per group, and every task served by exactly one of them.
/// </summary>
public sealed class MultiTaskModel
{
    private readonly int[] _outputOffsets;

    /// <summary>Puts the networks of a grouping together.</summary>
    /// <param name="tasks">All T tasks.</param>
    /// <param name="grouping">Of the T tasks.</param>
    /// <param name="networks">One per group, over the group's members in ascending order.</param>
    /// <exception cref="ArgumentException">Counts, features or tasks of a network do not fit its group (the group is
    /// named).</exception>
    public MultiTaskModel(IReadOnlyList<TaskInfo> tasks, TaskGrouping grouping,
        IReadOnlyList<SharedBottomNetwork> networks)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(grouping);
        ArgumentNullException.ThrowIfNull(networks);
        if (grouping.TaskCount != tasks.Count)
            throw new ArgumentException($"The grouping '{grouping}' is over {grouping.TaskCount} tasks, " +
                $"there are {tasks.Count}", nameof(grouping));
        if (networks.Count != grouping.Count)
            throw new ArgumentException($"{networks.Count} networks given for {grouping.Count} groups",
                nameof(networks));
        FeatureCount = networks[0].Shape.FeatureCount;
        for (int g = 0; g < networks.Count; g++)
        {
            NetworkShape shape = networks[g].Shape;
            if (shape.FeatureCount != FeatureCount)
                throw new ArgumentException($"Group {g} takes {shape.FeatureCount} features, " +
                    $"group 0 takes {FeatureCount}", nameof(networks));
            if (!shape.Tasks.Select(t => t.Name).SequenceEqual(grouping.Groups[g].Members.Select(t => tasks[t].Name)))
                throw new ArgumentException($"Group {g} is of the tasks " +
                    $"{string.Join(", ", grouping.Groups[g].Members.Select(t => tasks[t].Name))}, " +
                    $"its network of {string.Join(", ", shape.Tasks.Select(t => t.Name))}", nameof(networks));
        }
        (Tasks, Grouping, Networks) = ([.. tasks], grouping, [.. networks]);
        _outputOffsets = new int[tasks.Count + 1];
        for (int t = 0; t < tasks.Count; t++)
            _outputOffsets[t + 1] = _outputOffsets[t] + tasks[t].OutputCount;
    }

    /// <summary>All T tasks.</summary>
    public IReadOnlyList<TaskInfo> Tasks { get; }

    /// <summary>Number of features d.</summary>
    public int FeatureCount { get; }

    /// <summary>Which tasks share a network.</summary>
    public TaskGrouping Grouping { get; }

    /// <summary>One network per group, over the group's members in ascending order.</summary>
    public IReadOnlyList<SharedBottomNetwork> Networks { get; }

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
            throw new ArgumentException($"Room for {scores.Length} scores given, {rows}×{OutputCount} expected",
                nameof(scores));
        if (Networks.Count == 1)
        {
            Networks[0].Score(features, rows, scores, threads);
            return;
        }
        for (int g = 0; g < Networks.Count; g++)
        {
            NetworkShape shape = Networks[g].Shape;
            float[] own = ArrayPool<float>.Shared.Rent(Math.Max(1, rows * shape.OutputCount));
            Networks[g].Score(features, rows, own, threads);
            foreach (int task in Grouping.Groups[g].Served)
            {
                int from = shape.OutputOffset(Member(g, task)), count = Tasks[task].OutputCount;
                for (int row = 0; row < rows; row++)
                    own.AsSpan(row * shape.OutputCount + from, count)
                        .CopyTo(scores[(row * OutputCount + OutputOffset(task))..]);
            }
            ArrayPool<float>.Shared.Return(own);
        }
    }

    private int Member(int group, int task)
    {
        IReadOnlyList<int> members = Grouping.Groups[group].Members;
        int i = 0;
        while (members[i] != task)
            i++;
        return i;
    }
}
