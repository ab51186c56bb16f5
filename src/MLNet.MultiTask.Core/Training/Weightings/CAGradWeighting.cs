using System.Numerics.Tensors;
using MLNet.MultiTask.Numerics;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// Conflict-averse gradient descent (Liu et al. 2021, eq. 3 and Algorithm 1): of all directions within
/// <see cref="C"/> times the length of the mean gradient from it, the one whose worst task gains most. With
/// w = argmin gᵂ·g₀ + c‖g₀‖‖gᵂ‖ over the simplex it is g₀ + c‖g₀‖ / ‖gᵂ‖ · gᵂ.
/// </summary>
public sealed record CAGradWeighting : GradientWeighting
{
    /// <inheritdoc/>
    public override string Name => "cagrad";

    /// <summary>How far from the mean gradient, relative to its length; 0 is the mean itself.</summary>
    /// <value>The default value is 0.5; at least 0 and less than 1.</value>
    public double C { get; init; } = 0.5;

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object Value)> Settings => [("c", C)];

    /// <inheritdoc/>
    public override void Validate() =>
        WeightingChecks.Check(C is >= 0 and < 1, nameof(C), C, "at least 0 and less than 1");

    private protected override IGradientWeighting Begin(WeightingStart start) => new Run(this, start);

    private sealed class Run(CAGradWeighting method, WeightingStart start) : GramianRun(start)
    {
        private readonly SimplexCone _solver = new(start.Tasks.Count);
        private readonly double[] _onMean = new double[start.Tasks.Count];

        protected override void Solve(in WeightingStep step, ReadOnlySpan<double> gramian, double scale,
            Span<double> weights)
        {
            int n = weights.Length;
            Span<double> onMean = _onMean.AsSpan(0, n);
            for (int i = 0; i < n; i++)
                onMean[i] = TensorPrimitives.Sum(gramian.Slice(i * n, n)) / n;
            double radius = method.C * Math.Sqrt(Math.Max(0, TensorPrimitives.Sum<double>(onMean) / n));
            double along = radius / _solver.Solve(gramian, onMean, radius, n, weights);
            for (int i = 0; i < n; i++)
                weights[i] = 1.0 / n + along * weights[i];
        }
    }
}
