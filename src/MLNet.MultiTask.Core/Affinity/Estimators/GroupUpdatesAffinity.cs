using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Proximal affinity (Jeong and Yoon, ICLR 2025): in one training run the tasks of every batch are updated one after
/// the other, and T[i, j] = mean of 1 − L_i(after) / L_i(before) across the updates of task j, or of its group. It
/// costs no steps of its own: those that measure are those that train.
/// </summary>
/// <param name="options">How the network is trained and tasks are updated.</param>
public sealed class GroupUpdatesAffinity(GroupUpdatesOptions options) : ITaskAffinityEstimator
{
    private readonly GroupUpdatesOptions _options = options ?? throw new ArgumentNullException(nameof(options));

    /// <inheritdoc/>
    public string Name => "Group updates";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A task cannot be learned from the training rows (it is named).</exception>
    /// <exception cref="TrainingDivergedException">A task's loss became infinite or NaN.</exception>
    public TaskAffinity Estimate(TaskTable table, RowSplit split, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(split);
        _options.Validate();
        TrainingCheckpoint? last = null;
        int tasks = table.Tasks.Count;
        NetworkTrainer.Train(table, split, [.. Enumerable.Range(0, tasks)], _options.ObservedTraining() with
        {
            Weighting = _options.Updates, Checkpoint = checkpoint => last = checkpoint,
        }, cancellationToken);
        (double[] affinity, double[] counts) =
            GroupUpdatesNetwork.AffinityOf(last!.Weighting, tasks, _options.Updates.Decay);
        var means = new PairMeans(table.Tasks);
        for (int pair = 0; pair < affinity.Length; pair++)
            if (counts[pair] > 0)
                means.Add(pair / tasks, pair % tasks, affinity[pair]);
        return means.ToAffinity(Name, _options.Standardize, new Dictionary<string, double>
        {
            ["measurements"] = counts.Max(),
            ["minimumPairMeasurements"] = tasks < 2 ? 0 : counts.Where((_, p) => p / tasks != p % tasks).Min(),
        });
    }
}
