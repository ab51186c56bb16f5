using System.Numerics.Tensors;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// DiBS-MTL (Murthy et al. 2025, Algorithm 1): a bargaining solution by directions alone, which no monotone change of a
/// task's loss can shift. One step is the sum of the unit gradients; more steps walk from where we are towards all
/// tasks' preferred states −r·gᵢ/‖gᵢ‖, each pulling in proportion to its distance.
/// </summary>
public sealed record DiBSWeighting : GradientWeighting
{
    /// <inheritdoc/>
    public override string Name => "dibs-mtl";

    /// <summary>Steps of the bargaining.</summary>
    /// <value>The default value is 1; at least 1. The paper's other variant takes 5.</value>
    public int Steps { get; init; } = 1;

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object Value)> Settings => [("steps", Steps)];

    /// <inheritdoc/>
    public override void Validate() =>
        WeightingChecks.Check(Steps >= 1, nameof(Steps), Steps, "at least 1");

    private protected override IGradientWeighting Begin(WeightingStart start) => new Run(this, start);

    private sealed class Run(DiBSWeighting method, WeightingStart start) : GramianRun(start)
    {
        private readonly double[] _cosines = new double[start.Tasks.Count * start.Tasks.Count];
        private readonly double[] _moved = new double[start.Tasks.Count], _pulls = new double[start.Tasks.Count];
        private readonly double[] _products = new double[start.Tasks.Count];

        protected override void Solve(in WeightingStep step, ReadOnlySpan<double> gramian, double scale,
            Span<double> weights)
        {
            int n = weights.Length;
            CosinesTo(gramian, _cosines, n);
            // In units of the radius r: the state is −Σ moved·u with the unit gradients u, a step is 1/Steps.
            Span<double> moved = _moved.AsSpan(0, n), pulls = _pulls.AsSpan(0, n), products = _products.AsSpan(0, n);
            moved.Clear();
            double square = 0;
            for (int k = 0; k < method.Steps && square <= 1; k++)
            {
                for (int i = 0; i < n; i++)
                    products[i] = TensorPrimitives.Dot<double>(_cosines.AsSpan(i * n, n), moved);
                for (int i = 0; i < n; i++)
                    pulls[i] = Math.Sqrt(Math.Max(0, square - 2 * products[i] + 1)) / method.Steps;
                TensorPrimitives.Add(moved, pulls, moved);
                square = 0;
                for (int i = 0; i < n; i++)
                    square += moved[i] * TensorPrimitives.Dot<double>(_cosines.AsSpan(i * n, n), moved);
            }
            for (int i = 0; i < n; i++)
                weights[i] = moved[i] / Lengths[i];
        }
    }
}
