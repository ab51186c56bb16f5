using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Training;

/// <summary>Weighs every task's gradient by the inverse of its length.</summary>
internal sealed record InverseNorm : TaskWeighting, IGradientWeighting
{
    public override string Name => "inverse-norm";

    public override bool SeesGradients => true;

    public override IWeightingRun Start(WeightingStart start) => this;

    public void Weigh(in WeightingStep step, ReadOnlySpan<double> gramian, Span<double> weights)
    {
        for (int i = 0; i < weights.Length; i++)
            weights[i] = 0.1 / Math.Sqrt(gramian[i * weights.Length + i] + 1e-6);
    }
}

/// <summary>Weighs every task's loss by the inverse of its running mean, which checkpoints must keep.</summary>
internal sealed record InverseLoss : TaskWeighting
{
    public override string Name => "inverse-loss";

    public override IWeightingRun Start(WeightingStart start) => new Run(start.Tasks.Count);

    private sealed class Run(int tasks) : ILossWeighting
    {
        private readonly double[] _means = new double[tasks];

        public int StateLength => _means.Length;

        public bool NeedsLossesAfterStep => true;

        public void Weigh(in WeightingStep step, Span<double> weights)
        {
            for (int i = 0; i < weights.Length; i++)
                weights[i] = 1 / (1 + _means[step.Tasks[i]]);
        }

        public void AfterStep(in WeightingStep step)
        {
            for (int i = 0; i < step.Tasks.Length; i++)
                _means[step.Tasks[i]] = 0.9 * _means[step.Tasks[i]] + 0.1 * step.Losses[i];
        }

        public void EndEpoch(ReadOnlySpan<double> trainLosses, ReadOnlySpan<double> validationLosses)
        {
            for (int t = 0; t < _means.Length; t++)
                _means[t] += double.IsNaN(trainLosses[t]) ? 0 : 0.01 * trainLosses[t];
        }

        public void Save(Span<double> state) => _means.CopyTo(state);

        public void Restore(ReadOnlySpan<double> state) => state.CopyTo(_means);
    }
}
