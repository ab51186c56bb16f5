using MLNet.MultiTask.Numerics;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// Projection on the dual cone (Lopez-Paz and Ranzato 2017, eq. 11): the mean gradient is projected on the cone of
/// directions that harm no task, w = argmin vᵀGv subject to v ≥ 1/T. It conflicts with no task, up to
/// <see cref="Regularization"/>.
/// </summary>
public sealed record DualProjWeighting : GradientWeighting
{
    /// <inheritdoc/>
    public override string Name => "dualproj";

    /// <summary>Added to the diagonal of G / tr G.</summary>
    /// <value>The default value is 0.0001; positive.</value>
    public double Regularization { get; init; } = 1e-4;

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object Value)> Settings => [("regularization", Regularization)];

    /// <inheritdoc/>
    public override void Validate() =>
        WeightingChecks.Check(Regularization > 0 && double.IsFinite(Regularization),
            nameof(Regularization), Regularization, "positive and finite");

    private protected override IGradientWeighting Begin(WeightingStart start) => new Run(this, start);

    private sealed class Run(DualProjWeighting method, WeightingStart start) : GramianRun(start)
    {
        private readonly DualCone _cone = new(start.Tasks.Count);
        private readonly double[] _ones = [.. Enumerable.Repeat(1.0, start.Tasks.Count)];

        protected override void Solve(in WeightingStep step, ReadOnlySpan<double> gramian, double scale,
            Span<double> weights)
        {
            _cone.Begin(gramian, weights.Length, method.Regularization);
            _cone.Project(_ones.AsSpan(0, weights.Length), weights);
        }
    }
}
