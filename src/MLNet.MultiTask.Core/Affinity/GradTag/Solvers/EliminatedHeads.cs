using System.Collections.Concurrent;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// The tasks' heads eliminated for the penalties asked for lately. Subsets share a few penalties; those of a step
/// length tried before are not needed again. Safe to use from several threads at once.
/// </summary>
/// <param name="statistics">Of all tasks, heads included.</param>
internal sealed class EliminatedHeads(TaskStatistics statistics)
{
    // Each task's once, as the budget of the statistics counts them, and more where they are small.
    private const long SmallBytes = 1 << 25;
    private readonly ConcurrentDictionary<(int Task, double Lambda), EliminatedHead> _kept = [];

    /// <summary>How many are kept; then all are given up.</summary>
    public int Capacity { get; } = (int)Math.Clamp(SmallBytes / sizeof(float)
        / EliminatedHead.Size(statistics.Dimension, statistics.Sizes.Max() - statistics.Dimension),
        statistics.Sizes.Length, 4 * statistics.Sizes.Length);

    /// <summary>The head of a task under a ridge penalty λ.</summary>
    public EliminatedHead Of(int task, double lambda)
    {
        if (_kept.TryGetValue((task, lambda), out EliminatedHead? known))
            return known;
        if (_kept.Count >= Capacity)
            _kept.Clear();
        return _kept.GetOrAdd((task, lambda), key => new EliminatedHead(statistics, key.Task, key.Lambda));
    }
}
