using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// DB-MTL (Lin et al. 2023, Algorithm 1): gradients of the logarithms of the losses, gᵢ/Lᵢ, all stretched to the length
/// of the longest: wᵢ ∝ 1/‖gᵢ‖ after smoothing.
/// </summary>
/// <remarks>
/// The paper smooths the gradients themselves by a moving average, which needs one copy of the trunk per task; here
/// their squared lengths are smoothed, with the same <see cref="Beta"/>, which needs the Gramian alone. Without
/// smoothing the two are the same.
/// </remarks>
public sealed record DBMtlWeighting : GradientWeighting
{
    /// <inheritdoc/>
    public override string Name => "db-mtl";

    /// <summary>Share of the past in the moving average.</summary>
    /// <value>The default value is 0.9; at least 0 and less than 1.</value>
    public double Beta { get; init; } = 0.9;

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object Value)> Settings => [("beta", Beta)];

    /// <inheritdoc/>
    public override void Validate() =>
        WeightingChecks.Check(Beta is >= 0 and < 1, nameof(Beta), Beta, "at least 0 and less than 1");

    private protected override IGradientWeighting Begin(WeightingStart start) => new Run(this, start);

    private sealed class Run(DBMtlWeighting method, WeightingStart start) : GramianRun(start)
    {
        // Squared lengths of the log losses' gradients; 0 = not seen yet.
        private readonly double[] _squares = new double[start.Tasks.Count];

        public override int StateLength => _squares.Length;

        public override void Save(Span<double> state) => _squares.CopyTo(state);

        public override void Restore(ReadOnlySpan<double> state) => state.CopyTo(_squares);

        protected override void Solve(in WeightingStep step, ReadOnlySpan<double> gramian, double scale,
            Span<double> weights)
        {
            for (int i = 0; i < weights.Length; i++)
            {
                double loss = Math.Max(step.Losses[i], LossFloor.Least);
                double newest = gramian[i * weights.Length + i] / (scale * loss * loss);
                ref double square = ref _squares[step.Tasks[i]];
                square = square == 0 ? newest : method.Beta * square + (1 - method.Beta) * newest;
                weights[i] = 1 / (Math.Sqrt(square) * loss);
            }
        }
    }
}
