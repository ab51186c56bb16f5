using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// Auto-λ (Liu, James, Davison, Johns 2022, eq. 4–6): weights λ learned so that a step along Σ λᵢLᵢ lowers the losses
/// of other rows. The slope by λᵢ is that of Lᵢ along the other rows' gradient at the parameters after the step, by
/// finite differences; λ follows it by Adam.
/// </summary>
/// <remarks>
/// The other rows are drawn from the training rows, as in the authors' code: the validation rows, which stop training,
/// are not looked at. All tasks count as primary. λ is kept from falling below 0; the weights sum to the number of
/// tasks, and slopes are those under that convention. A step costs four more passes forward and two back.
/// </remarks>
public sealed record AutoLambdaWeighting : TaskWeighting
{
    /// <inheritdoc/>
    public override string Name => "auto-lambda";

    /// <summary>Where every λ begins.</summary>
    /// <value>The default value is 0.1; positive.</value>
    public double Initial { get; init; } = 0.1;

    /// <summary>Step size of Adam on λ.</summary>
    /// <value>The default value is 0.0001; positive.</value>
    public double StepSize { get; init; } = 1e-4;

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object Value)> Settings =>
        [("initial", Initial), ("step-size", StepSize)];

    /// <inheritdoc/>
    public override void Validate()
    {
        WeightingChecks.Check(Initial > 0 && double.IsFinite(Initial), nameof(Initial), Initial, "positive and finite");
        WeightingChecks.Check(StepSize > 0 && double.IsFinite(StepSize), nameof(StepSize), StepSize,
            "positive and finite");
    }

    /// <inheritdoc/>
    public override IWeightingRun Start(WeightingStart start) => new Run(this, start.Tasks.Count);

    private sealed class Run(AutoLambdaWeighting method, int tasks) : IHeldOutWeighting
    {
        private readonly LearnedLogits _lambda = new(tasks, method.Initial);
        private readonly double[] _slopes = new double[tasks];

        public int StateLength => _lambda.State.Length;

        public void Save(Span<double> state) => _lambda.State.CopyTo(state);

        public void Restore(ReadOnlySpan<double> state) => state.CopyTo(_lambda.State);

        public void Weigh(in WeightingStep step, Span<double> weights)
        {
            for (int i = 0; i < weights.Length; i++)
                weights[i] = _lambda[step.Tasks[i]];
            WeightScale.ToTaskCount(weights);
        }

        public void Learn(in WeightingStep step, ReadOnlySpan<double> slopes)
        {
            double sum = 0, mean = 0;
            for (int i = 0; i < slopes.Length; i++)
                sum += _lambda[step.Tasks[i]];
            // All at 0 weigh alike, and nothing leads away from there but the slopes themselves.
            double scale = sum > 0 ? slopes.Length / sum : 1;
            for (int i = 0; i < slopes.Length; i++)
                mean += sum > 0 ? slopes[i] * _lambda[step.Tasks[i]] / sum : 0;
            for (int i = 0; i < slopes.Length; i++)
                _slopes[i] = scale * (slopes[i] - mean);
            _lambda.Descend(step.Tasks, _slopes.AsSpan(0, slopes.Length), method.StepSize);
            for (int i = 0; i < slopes.Length; i++)
                _lambda.State[step.Tasks[i]] = Math.Max(0, _lambda[step.Tasks[i]]);
        }
    }
}
