using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// ExcessMTL (He et al. 2024, Algorithm 1): tasks far from what they could reach gain weight, w ← w·exp(η·e), where the
/// excess e = gᵀH^(−½)g is estimated from the gradient and its past squares h, relative to the task's first estimate.
/// Label noise, which no training removes, gives a task no weight.
/// </summary>
/// <remarks>
/// The paper keeps past squares per parameter, which needs one copy of the trunk per task; here per task, so that
/// e = ‖g‖² / √(Σ‖g‖²).
/// </remarks>
public sealed record ExcessMtlWeighting : GradientWeighting
{
    /// <inheritdoc/>
    public override string Name => "excess-mtl";

    /// <summary>Step size η of the weights.</summary>
    /// <value>The default value is 0.01; positive.</value>
    public double Eta { get; init; } = 1e-2;

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object Value)> Settings => [("eta", Eta)];

    /// <inheritdoc/>
    public override void Validate() =>
        WeightingChecks.Check(Eta > 0 && double.IsFinite(Eta), nameof(Eta), Eta, "positive and finite");

    private protected override IGradientWeighting Begin(WeightingStart start) => new Run(this, start);

    private sealed class Run(ExcessMtlWeighting method, WeightingStart start) : GramianRun(start)
    {
        private readonly int _all = start.Tasks.Count;

        // Logarithms of the weights, sums of squares, first estimates (0 = none yet).
        private readonly double[] _state = new double[3 * start.Tasks.Count];

        public override int StateLength => _state.Length;

        public override void Save(Span<double> state) => _state.CopyTo(state);

        public override void Restore(ReadOnlySpan<double> state) => state.CopyTo(_state);

        protected override void Solve(in WeightingStep step, ReadOnlySpan<double> gramian, double scale,
            Span<double> weights)
        {
            Span<double> logs = _state.AsSpan(0, _all), squares = _state.AsSpan(_all, _all);
            Span<double> first = _state.AsSpan(2 * _all);
            double largest = double.NegativeInfinity;
            for (int i = 0; i < weights.Length; i++)
            {
                int task = step.Tasks[i];
                double square = gramian[i * weights.Length + i] / scale;
                squares[task] += square;
                double excess = square / Math.Sqrt(squares[task]);
                first[task] = first[task] == 0 ? excess : first[task];
                logs[task] += method.Eta * excess / first[task];
                largest = Math.Max(largest, logs[task]);
            }
            for (int i = 0; i < weights.Length; i++)
                weights[i] = Math.Exp(logs[step.Tasks[i]] - largest);
        }
    }
}
