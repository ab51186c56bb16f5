using System.Numerics.Tensors;
using MLNet.MultiTask.Numerics;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// ConicGrad (Hassanpour et al. 2025, eq. 3): of all directions whose cosine with the mean gradient g₀ is at least
/// <see cref="MinCosine"/>, the one whose worst task gains most.
/// </summary>
/// <remarks>
/// Among directions with the same part along g₀ that is a convex problem, solved exactly: with a = G·1/T / ‖g₀‖ and
/// Q = G − a·aᵀ, w = argmin aᵀw + tan θ·√(wᵀQw) over the simplex, and the direction is g₀/‖g₀‖ plus tan θ times the
/// unit vector of gᵂ's part across g₀. (The paper fixes the multiplier of the cone instead.)
/// </remarks>
public sealed record ConicGradWeighting : GradientWeighting
{
    /// <inheritdoc/>
    public override string Name => "conicgrad";

    /// <summary>Least cosine with the mean gradient; 1 is the mean itself.</summary>
    /// <value>The default value is 0.5; more than 0 and at most 1.</value>
    public double MinCosine { get; init; } = 0.5;

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object Value)> Settings => [("min-cosine", MinCosine)];

    /// <inheritdoc/>
    public override void Validate() =>
        WeightingChecks.Check(MinCosine is > 0 and <= 1, nameof(MinCosine), MinCosine, "more than 0 and at most 1");

    private protected override IGradientWeighting Begin(WeightingStart start) => new Run(this, start);

    private sealed class Run(ConicGradWeighting method, WeightingStart start) : GramianRun(start)
    {
        private readonly SimplexCone _solver = new(start.Tasks.Count);
        private readonly double[] _onMean = new double[start.Tasks.Count];
        private readonly double[] _across = new double[start.Tasks.Count * start.Tasks.Count];

        protected override void Solve(in WeightingStep step, ReadOnlySpan<double> gramian, double scale,
            Span<double> weights)
        {
            int n = weights.Length;
            Span<double> onMean = _onMean.AsSpan(0, n);
            for (int i = 0; i < n; i++)
                onMean[i] = TensorPrimitives.Sum(gramian.Slice(i * n, n)) / n;
            double mean = Math.Sqrt(Math.Max(0, TensorPrimitives.Sum<double>(onMean) / n));
            if (mean < 1e-9)
            {
                weights.Fill(1);
                return;
            }
            TensorPrimitives.Divide(onMean, mean, onMean);
            for (int i = 0; i < n; i++)
                for (int j = 0; j < n; j++)
                    _across[i * n + j] = gramian[i * n + j] - onMean[i] * onMean[j];
            double tangent = Math.Sqrt(1 / (method.MinCosine * method.MinCosine) - 1);
            double turn = tangent / _solver.Solve(_across.AsSpan(0, n * n), onMean, tangent, n, weights);
            double along = TensorPrimitives.Dot(onMean, weights);
            for (int i = 0; i < n; i++)
                weights[i] = (1 - turn * along) / (n * mean) + turn * weights[i];
        }
    }
}
