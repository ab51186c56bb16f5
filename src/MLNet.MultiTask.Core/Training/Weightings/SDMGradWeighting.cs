using System.Numerics.Tensors;
using MLNet.MultiTask.Numerics;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// SDMGrad (Xiao, Ban, Ji 2023, eq. 6): direction-oriented multi-objective descent; the common direction of MGDA held
/// near the mean gradient g₀, w = argmin ‖gᵂ + λ·g₀‖² over the simplex, and (gᵂ + λ·g₀)/(1 + λ).
/// </summary>
/// <remarks>
/// The subproblem is solved exactly on one batch; the paper takes stochastic steps on it with independent batches,
/// which costs two more passes.
/// </remarks>
public sealed record SDMGradWeighting : GradientWeighting
{
    /// <inheritdoc/>
    public override string Name => "sdmgrad";

    /// <summary>Pull towards the mean gradient; 0 is MGDA.</summary>
    /// <value>The default value is 0.3; not negative.</value>
    public double Lambda { get; init; } = 0.3;

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object Value)> Settings => [("lambda", Lambda)];

    /// <inheritdoc/>
    public override void Validate() =>
        WeightingChecks.Check(Lambda >= 0 && double.IsFinite(Lambda),
            nameof(Lambda), Lambda, "finite and not negative");

    private protected override IGradientWeighting Begin(WeightingStart start) => new Run(this, start);

    private sealed class Run(SDMGradWeighting method, WeightingStart start) : GramianRun(start)
    {
        private readonly ActiveSetQuadratic _solver = new(start.Tasks.Count);
        private readonly double[] _linear = new double[start.Tasks.Count];

        protected override void Solve(in WeightingStep step, ReadOnlySpan<double> gramian, double scale,
            Span<double> weights)
        {
            int n = weights.Length;
            for (int i = 0; i < n; i++)
                _linear[i] = method.Lambda * TensorPrimitives.Sum(gramian.Slice(i * n, n)) / n;
            _solver.Solve(gramian, _linear.AsSpan(0, n), n, onSimplex: true, weights);
            TensorPrimitives.Add(weights, method.Lambda / n, weights);
        }
    }
}
