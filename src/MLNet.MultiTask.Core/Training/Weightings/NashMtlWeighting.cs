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

        protected override void Solve(in WeightingStep step, ReadOnlySpan<double> gramian, double scale,
            Span<double> weights) => _equation.Solve(gramian, weights.Length, alpha: 1, weights);
    }
}
