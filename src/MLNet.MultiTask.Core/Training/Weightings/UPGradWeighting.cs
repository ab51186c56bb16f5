using System.Numerics.Tensors;
using MLNet.MultiTask.Numerics;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// UPGrad (Quinton and Rey 2024, eq. 6): every task's gradient is projected on the cone of directions that harm no
/// task, and the projections are summed; the i-th is vᵢ = argmin vᵀGv subject to v ≥ eᵢ. The sum conflicts with no
/// task, up to <see cref="Regularization"/>.
/// </summary>
public sealed record UPGradWeighting : GradientWeighting
{
    /// <inheritdoc/>
    public override string Name => "upgrad";

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

    private sealed class Run(UPGradWeighting method, WeightingStart start) : GramianRun(start)
    {
        private readonly DualCone _cone = new(start.Tasks.Count);
        private readonly double[] _preference = new double[start.Tasks.Count];
        private readonly double[] _projected = new double[start.Tasks.Count];

        protected override void Solve(in WeightingStep step, ReadOnlySpan<double> gramian, double scale,
            Span<double> weights)
        {
            int n = weights.Length;
            _cone.Begin(gramian, n, method.Regularization);
            Span<double> preference = _preference.AsSpan(0, n), projected = _projected.AsSpan(0, n);
            weights.Clear();
            preference.Clear();
            for (int i = 0; i < n; i++)
            {
                preference[i] = 1;
                _cone.Project(preference, projected);
                preference[i] = 0;
                TensorPrimitives.Add(weights, projected, weights);
            }
        }
    }
}
