using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// Data-balanced loss (after MFTCoder, Liu et al. 2023, eq. 2): every task counts the same over the whole training,
/// however few of its labels there are. A batch's loss is already a mean per task; what remains is that rare tasks are
/// absent from many batches, so a task's weight is the number of batches so far over those it took part in.
/// </summary>
public sealed record DataBalancedWeighting : TaskWeighting
{
    /// <inheritdoc/>
    public override string Name => "data-balanced";

    /// <inheritdoc/>
    public override IWeightingRun Start(WeightingStart start) => new Run(start.Tasks.Count);

    private sealed class Run(int tasks) : ILossWeighting
    {
        // Batches per task, then batches in all.
        private readonly double[] _counts = new double[tasks + 1];

        public int StateLength => _counts.Length;

        public void Save(Span<double> state) => _counts.CopyTo(state);

        public void Restore(ReadOnlySpan<double> state) => state.CopyTo(_counts);

        public void Weigh(in WeightingStep step, Span<double> weights)
        {
            _counts[tasks]++;
            for (int i = 0; i < weights.Length; i++)
                weights[i] = _counts[tasks] / ++_counts[step.Tasks[i]];
            WeightScale.ToTaskCount(weights);
        }
    }
}
