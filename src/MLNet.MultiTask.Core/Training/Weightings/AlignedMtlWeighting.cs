using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// Aligned-MTL (Senushkin et al. 2023, eq. 8 and Algorithm 1): the nearest set of orthogonal gradients of equal length,
/// summed; with G = V·Λ·Vᵀ, w ∝ V·Λ^(−½)·Vᵀ·1. Weights may be negative. The paper's variants (least, median or root
/// mean square singular value) differ by length alone, which is left to the step size.
/// </summary>
public sealed record AlignedMtlWeighting : GradientWeighting
{
    /// <inheritdoc/>
    public override string Name => "aligned-mtl";

    private protected override IGradientWeighting Begin(WeightingStart start) => new Run(start);

    private sealed class Run(WeightingStart start) : GramianRun(start)
    {
        private readonly GramianSpectrum _spectrum = new(start.Tasks.Count);
        private readonly double[] _ones = [.. Enumerable.Repeat(1.0, start.Tasks.Count)];

        protected override void Solve(in WeightingStep step, ReadOnlySpan<double> gramian, double scale,
            Span<double> weights)
        {
            _spectrum.Decompose(gramian, weights.Length);
            _spectrum.Apply(eigenvalue => 1 / Math.Sqrt(eigenvalue), _ones.AsSpan(0, weights.Length), weights);
        }
    }
}
