using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// Impartial multi-task learning, loss balance (Liu et al. 2021, eq. 8): descends Σ e^sᵢ·Lᵢ − sᵢ with a learned sᵢ per
/// task, which draws every scaled loss towards 1; weights e^sᵢ.
/// </summary>
public sealed record ImtlLWeighting : TaskWeighting
{
    /// <inheritdoc/>
    public override string Name => "imtl-l";

    /// <summary>Step size of Adam on the logarithms of the weights.</summary>
    /// <value>The default value is null: the network's learning rate. Positive.</value>
    public double? StepSize { get; init; }

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object Value)> Settings =>
        StepSize is { } size ? [("step-size", size)] : [];

    /// <inheritdoc/>
    public override void Validate() => WeightingChecks.CheckStepSize(StepSize);

    /// <inheritdoc/>
    public override IWeightingRun Start(WeightingStart start) => new Run(this, start);

    private sealed class Run(ImtlLWeighting method, WeightingStart start) : ILossWeighting
    {
        private readonly LearnedLogits _logs = new(start.Tasks.Count);
        private readonly double[] _slopes = new double[start.Tasks.Count];

        public int StateLength => _logs.State.Length;

        public void Save(Span<double> state) => _logs.State.CopyTo(state);

        public void Restore(ReadOnlySpan<double> state) => state.CopyTo(_logs.State);

        public void Weigh(in WeightingStep step, Span<double> weights)
        {
            for (int i = 0; i < weights.Length; i++)
            {
                weights[i] = Math.Exp(_logs[step.Tasks[i]]);
                _slopes[i] = weights[i] * step.Losses[i] - 1;
            }
            _logs.Descend(step.Tasks, _slopes, method.StepSize ?? step.LearningRate);
            WeightScale.ToTaskCount(weights);
        }
    }
}
