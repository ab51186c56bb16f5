using System.Numerics.Tensors;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// Nash-MTL (Navon et al. 2022, eq. 5): the Nash bargaining solution of the tasks, G·w = 1/w with w &gt; 0. Its
/// direction does not change when a task's loss is multiplied by a positive number.
/// </summary>
/// <remarks>
/// The equation is the stationarity of a convex function, ½wᵀGw − Σ log w, and is solved by Newton's method; no conic
/// solver is needed.
/// </remarks>
public sealed record NashMtlWeighting : GradientWeighting
{
    /// <inheritdoc/>
    public override string Name => "nash-mtl";

    private protected override IGradientWeighting Begin(WeightingStart start) => new Run(start);

    private sealed class Run(WeightingStart start) : GramianRun(start)
    {
        private readonly FairnessEquation _equation = new(start.Tasks.Count);

        private readonly double[] _cosines = new double[start.Tasks.Count * start.Tasks.Count];

        // With w = v/‖g‖ the equation is K·v = 1/v, K the cosines: the tasks' scales are out of it.
        protected override void Solve(in WeightingStep step, ReadOnlySpan<double> gramian, double scale,
            Span<double> weights)
        {
            int n = weights.Length;
            CosinesTo(gramian, _cosines, n);
            _equation.Solve(_cosines.AsSpan(0, n * n), n, alpha: 1, weights);
            TensorPrimitives.Divide(weights, Lengths.AsSpan(0, n), weights);
        }
    }
}
