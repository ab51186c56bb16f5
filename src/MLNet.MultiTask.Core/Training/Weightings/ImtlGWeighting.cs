using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// Impartial multi-task learning, gradient balance (Liu et al. 2021, eq. 6): the combination whose projections on all
/// tasks' unit gradients are equal, w = v / Σv with v = G⁺·(‖g₁‖, …, ‖gₜ‖). Weights may be negative. The pseudo-inverse
/// drops what is below 10⁻⁹ of the largest eigenvalue.
/// </summary>
public sealed record ImtlGWeighting : GradientWeighting
{
    /// <inheritdoc/>
    public override string Name => "imtl-g";

    private protected override IGradientWeighting Begin(WeightingStart start) => new Run(start);

    private sealed class Run(WeightingStart start) : GramianRun(start)
    {
        private readonly GramianSpectrum _spectrum = new(start.Tasks.Count);

        protected override void Solve(in WeightingStep step, ReadOnlySpan<double> gramian, double scale,
            Span<double> weights)
        {
            int n = weights.Length;
            _spectrum.Decompose(gramian, n);
            _spectrum.Apply(eigenvalue => 1 / eigenvalue, Lengths.AsSpan(0, n), weights);
            double sum = 0;
            foreach (double weight in weights)
                sum += weight;
            for (int i = 0; sum < 0 && i < n; i++)
                weights[i] = -weights[i];
        }
    }
}
