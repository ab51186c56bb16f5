using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// Uncertainty weighting (Kendall, Gal, Cipolla 2018, eq. 7): descends Σ Lᵢ/(2e^sᵢ) + sᵢ/2 with a learned
/// log-variance sᵢ per task, by Adam beside the network; weights e^(−sᵢ).
/// </summary>
public sealed record UncertaintyWeighting : TaskWeighting
{
    /// <inheritdoc/>
    public override string Name => "uncertainty";

    /// <summary>Log-variance that every task begins with.</summary>
    /// <value>The default value is -0.5; finite.</value>
    public double Initial { get; init; } = -0.5;

    /// <summary>Step size of Adam on the log-variances.</summary>
    /// <value>The default value is null: the network's learning rate. Positive.</value>
    public double? StepSize { get; init; }

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object Value)> Settings =>
        StepSize is { } size ? [("initial", Initial), ("step-size", size)] : [("initial", Initial)];

    /// <inheritdoc/>
    public override void Validate()
    {
        WeightingChecks.Check(double.IsFinite(Initial), nameof(Initial), Initial, "finite");
        WeightingChecks.CheckStepSize(StepSize);
    }

    /// <inheritdoc/>
    public override IWeightingRun Start(WeightingStart start) => new Run(this, start);

    private sealed class Run(UncertaintyWeighting method, WeightingStart start) : ILossWeighting
    {
        private readonly LearnedLogits _variances = new(start.Tasks.Count, method.Initial);
        private readonly double[] _slopes = new double[start.Tasks.Count];

        public int StateLength => _variances.State.Length;

        public void Save(Span<double> state) => _variances.State.CopyTo(state);

        public void Restore(ReadOnlySpan<double> state) => state.CopyTo(_variances.State);

        public void Weigh(in WeightingStep step, Span<double> weights)
        {
            for (int i = 0; i < weights.Length; i++)
            {
                weights[i] = Math.Exp(-_variances[step.Tasks[i]]);
                _slopes[i] = (1 - weights[i] * step.Losses[i]) / 2;
            }
            _variances.Descend(step.Tasks, _slopes, method.StepSize ?? step.LearningRate);
            WeightScale.ToTaskCount(weights);
        }
    }
}
