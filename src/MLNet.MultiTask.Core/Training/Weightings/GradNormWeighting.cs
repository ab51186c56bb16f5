using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// GradNorm (Chen et al. 2018, Algorithm 1): weights learned so that the weighted gradients' lengths wᵢ‖gᵢ‖ approach
/// their mean times rᵢ^α, where rᵢ is how slowly the task's loss falls relative to the others. Lengths are over the
/// whole trunk; the weights are T·softmax(v), v by Adam.
/// </summary>
public sealed record GradNormWeighting : GradientWeighting
{
    /// <inheritdoc/>
    public override string Name => "gradnorm";

    /// <summary>How strongly slow tasks are helped; 0 asks for equal lengths.</summary>
    /// <value>The default value is 1.5; not negative.</value>
    public double Alpha { get; init; } = 1.5;

    /// <summary>Step size of Adam on the weights.</summary>
    /// <value>The default value is 0.025; positive.</value>
    public double StepSize { get; init; } = 0.025;

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object Value)> Settings => [("alpha", Alpha), ("step-size", StepSize)];

    /// <inheritdoc/>
    public override void Validate()
    {
        WeightingChecks.Check(Alpha >= 0 && double.IsFinite(Alpha), nameof(Alpha), Alpha, "finite and not negative");
        WeightingChecks.Check(StepSize > 0 && double.IsFinite(StepSize), nameof(StepSize), StepSize,
            "positive and finite");
    }

    private protected override IGradientWeighting Begin(WeightingStart start) => new Run(this, start);

    private sealed class Run(GradNormWeighting method, WeightingStart start) : GramianRun(start)
    {
        private readonly int _all = start.Tasks.Count;
        private readonly LearnedLogits _logits = new(start.Tasks.Count);
        private readonly double[] _first = new double[start.Tasks.Count], _slopes = new double[start.Tasks.Count];

        public override int StateLength => _all + _logits.State.Length;

        public override void Save(Span<double> state)
        {
            _first.CopyTo(state);
            _logits.State.CopyTo(state[_all..]);
        }

        public override void Restore(ReadOnlySpan<double> state)
        {
            state[.._all].CopyTo(_first);
            state[_all..].CopyTo(_logits.State);
        }

        protected override void Solve(in WeightingStep step, ReadOnlySpan<double> gramian, double scale,
            Span<double> weights)
        {
            int n = weights.Length;
            _logits.SoftMax(step.Tasks, weights);
            double meanLength = 0, meanRatio = 0;
            Span<double> slopes = _slopes.AsSpan(0, n);
            for (int i = 0; i < n; i++)
            {
                double loss = Math.Max(step.Losses[i], LossFloor.Least);
                ref double first = ref _first[step.Tasks[i]];
                first = first == 0 ? loss : first;
                weights[i] *= n;
                meanLength += weights[i] * Lengths[i] / n;
                slopes[i] = loss / first;
                meanRatio += slopes[i] / n;
            }
            double inner = 0;
            for (int i = 0; i < n; i++)
            {
                double target = meanLength * Math.Pow(slopes[i] / meanRatio, method.Alpha);
                slopes[i] = Lengths[i] * Math.Sign(weights[i] * Lengths[i] - target);
                inner += weights[i] * slopes[i] / n;
            }
            for (int i = 0; i < n; i++)
                slopes[i] = weights[i] * (slopes[i] - inner);
            _logits.Descend(step.Tasks, slopes, method.StepSize);
        }
    }
}
