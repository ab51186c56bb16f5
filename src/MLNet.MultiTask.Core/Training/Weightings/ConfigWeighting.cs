using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// ConFIG (Liu, Chu, Thuerey 2024, eq. 2): the direction whose cosines with all tasks' gradients are equal, the
/// pseudo-inverse of the unit gradients applied to ones; wᵢ = (K⁺·1)ᵢ / ‖gᵢ‖ with K the cosines. Weights may be
/// negative.
/// </summary>
/// <remarks>
/// Its length is left to the step size. Without it, the step is that of <see cref="ImtlGWeighting"/> wherever the
/// gradients are independent.
/// </remarks>
public sealed record ConfigWeighting : GradientWeighting
{
    /// <inheritdoc/>
    public override string Name => "config";

    private protected override IGradientWeighting Begin(WeightingStart start) => new Run(start);

    private sealed class Run(WeightingStart start) : GramianRun(start)
    {
        private readonly GramianSpectrum _spectrum = new(start.Tasks.Count);
        private readonly double[] _cosines = new double[start.Tasks.Count * start.Tasks.Count];
        private readonly double[] _ones = [.. Enumerable.Repeat(1.0, start.Tasks.Count)];

        protected override void Solve(in WeightingStep step, ReadOnlySpan<double> gramian, double scale,
            Span<double> weights)
        {
            int n = weights.Length;
            CosinesTo(gramian, _cosines, n);
            _spectrum.Decompose(_cosines.AsSpan(0, n * n), n);
            _spectrum.Apply(eigenvalue => 1 / eigenvalue, _ones.AsSpan(0, n), weights);
            for (int i = 0; i < n; i++)
                weights[i] /= Lengths[i];
        }
    }
}
