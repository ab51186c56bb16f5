using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// TAG look-ahead (Fifty et al., NeurIPS 2021, equation 1): during one training run of all tasks, every so many steps,
/// the shared layers are moved on a copy by η along the gradient of source j alone, and T[i, j] = mean of (1 −
/// L_i(after) / L_i(before)) / η on the same batch, heads as they are. A batch without label of a task does not count
/// for that task.
/// </summary>
/// <param name="options">How the network is trained, how often and how far it looks ahead.</param>
public sealed class TagLookaheadAffinity(TagLookaheadOptions options) : ITaskAffinityEstimator
{
    private readonly TagLookaheadOptions _options = options ?? throw new ArgumentNullException(nameof(options));

    /// <inheritdoc/>
    public string Name => "TAG look-ahead";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A task cannot be learned from the training rows (it is named).</exception>
    /// <exception cref="TrainingDivergedException">A task's loss became infinite or NaN.</exception>
    public TaskAffinity Estimate(TaskTable table, RowSplit split, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(split);
        _options.Validate();
        var observer = new Lookahead(table, _options, cancellationToken);
        NetworkTrainer.Train(table, split, [.. Enumerable.Range(0, table.Tasks.Count)], _options.ObservedTraining(),
            observer, cancellationToken);
        return observer.Means.ToAffinity(Name, _options.Standardize);
    }

    /// <summary>Looks ahead from the steps of a training run.</summary>
    internal sealed class Lookahead(TaskTable table, TagLookaheadOptions options, CancellationToken cancellationToken)
        : ITrainingObserver
    {
        private readonly TaskGradients _gradients = new(table);

        public PairMeans Means { get; } = new(table.Tasks);

        public void OnStep(SharedBottomNetwork network, ReadOnlySpan<int> rows, int step)
        {
            if ((step - 1) % options.Interval != 0)
                return;
            TrunkVectors gradients = _gradients.Compute(network, rows);
            int[] present = [.. Enumerable.Range(0, table.Tasks.Count).Where(t => _gradients.Losses[t] > 0)];
            var evaluator = new ForwardEvaluator(table, rows.ToArray());
            double[] before = evaluator.Losses(network, present);
            double[][] after = ParallelRuns.Map(present.Length, options.Threads, s =>
            {
                SharedBottomNetwork moved = network.Clone();
                var along = new float[gradients.Count];
                along[present[s]] = -options.StepSize;
                gradients.AddTo(along, moved.Parameters);
                return evaluator.Losses(moved, present);
            }, cancellationToken);
            for (int s = 0; s < present.Length; s++)
                for (int t = 0; t < present.Length; t++)
                    Means.Add(present[t], present[s], (1 - after[s][t] / before[t]) / options.StepSize);
        }
    }
}
