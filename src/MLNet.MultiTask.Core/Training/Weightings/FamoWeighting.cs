using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// FAMO (Liu et al. 2023, Algorithm 1): weights zᵢ/Lᵢ with z = softmax(ξ); after the step the same rows' losses say how
/// much each task's log loss fell, and ξ moves towards the tasks that fell least, by Adam. One more forward pass a
/// step.
/// </summary>
/// <remarks>Losses below 10⁻⁸ count as 10⁻⁸.</remarks>
public sealed record FamoWeighting : TaskWeighting
{
    /// <inheritdoc/>
    public override string Name => "famo";

    /// <summary>Step size of Adam on ξ.</summary>
    /// <value>The default value is 0.025; positive.</value>
    public double StepSize { get; init; } = 0.025;

    /// <summary>Weight decay of ξ, which draws it towards equal shares.</summary>
    /// <value>The default value is 0.001; not negative.</value>
    public double Decay { get; init; } = 1e-3;

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object Value)> Settings => [("decay", Decay), ("step-size", StepSize)];

    /// <inheritdoc/>
    public override void Validate()
    {
        WeightingChecks.CheckStepSize(StepSize);
        WeightingChecks.Check(Decay >= 0 && double.IsFinite(Decay), nameof(Decay), Decay, "finite and not negative");
    }

    /// <inheritdoc/>
    public override IWeightingRun Start(WeightingStart start) => new Run(this, start);

    private sealed class Run(FamoWeighting method, WeightingStart start) : ILossWeighting
    {
        private readonly LearnedLogits _logits = new(start.Tasks.Count);
        private readonly double[] _before = new double[start.Tasks.Count], _shares = new double[start.Tasks.Count];
        private readonly double[] _slopes = new double[start.Tasks.Count];

        public bool NeedsLossesAfterStep => true;

        public int StateLength => _logits.State.Length;

        public void Save(Span<double> state) => _logits.State.CopyTo(state);

        public void Restore(ReadOnlySpan<double> state) => state.CopyTo(_logits.State);

        public void Weigh(in WeightingStep step, Span<double> weights)
        {
            _logits.SoftMax(step.Tasks, weights);
            for (int i = 0; i < weights.Length; i++)
            {
                double loss = Math.Max(step.Losses[i], LossFloor.Least);
                (_shares[i], _before[i]) = (weights[i], Math.Log(loss));
                weights[i] /= loss;
            }
            WeightScale.ToTaskCount(weights);
        }

        public void AfterStep(in WeightingStep step)
        {
            int n = step.Tasks.Length;
            double mean = 0;
            for (int i = 0; i < n; i++)
            {
                _slopes[i] = _before[i] - Math.Log(Math.Max(step.Losses[i], LossFloor.Least));
                mean += _shares[i] * _slopes[i];
            }
            for (int i = 0; i < n; i++)
                _slopes[i] = _shares[i] * (_slopes[i] - mean);
            _logits.Descend(step.Tasks, _slopes.AsSpan(0, n), method.StepSize, method.Decay);
        }
    }
}
