using MLNet.MultiTask.Numerics;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// The multiple-gradient descent algorithm (Désidéri 2012; Sener and Koltun 2018, eq. 3): the convex combination of
/// the tasks' gradients of least norm, w = argmin wᵀGw over the simplex. At a Pareto-stationary point it is zero. The
/// shortest gradient decides unless gradients are made comparable first, see <see cref="Normalization"/>.
/// </summary>
public sealed record MgdaWeighting : GradientWeighting
{
    /// <inheritdoc/>
    public override string Name => "mgda";

    /// <summary>What every task's gradient is divided by.</summary>
    /// <value>The default value is <see cref="GradientNormalization.None"/>.</value>
    public GradientNormalization Normalization { get; init; }

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object Value)> Settings => [("normalization", Normalization)];

    /// <inheritdoc/>
    public override void Validate() =>
        WeightingChecks.Check(Enum.IsDefined(Normalization),
            nameof(Normalization), Normalization, "a way to normalise gradients");

    private protected override IGradientWeighting Begin(WeightingStart start) => new Run(this, start);

    private sealed class Run(MgdaWeighting method, WeightingStart start) : GramianRun(start)
    {
        private readonly ActiveSetQuadratic _solver = new(start.Tasks.Count);
        private readonly double[] _divisors = new double[start.Tasks.Count];
        private readonly double[] _scaled = new double[start.Tasks.Count * start.Tasks.Count];

        protected override void Solve(in WeightingStep step, ReadOnlySpan<double> gramian, double scale,
            Span<double> weights)
        {
            int n = weights.Length;
            for (int i = 0; i < n; i++)
            {
                double loss = Math.Max(step.Losses[i], LossFloor.Least);
                _divisors[i] = method.Normalization switch
                {
                    GradientNormalization.Length => Lengths[i],
                    GradientNormalization.Loss => loss,
                    GradientNormalization.LengthTimesLoss => Lengths[i] * loss,
                    _ => 1,
                };
            }
            for (int i = 0; i < n; i++)
                for (int j = 0; j < n; j++)
                    _scaled[i * n + j] = gramian[i * n + j] / (_divisors[i] * _divisors[j]);
            _solver.Solve(_scaled.AsSpan(0, n * n), [], n, onSimplex: true, weights);
            for (int i = 0; i < n; i++)
                weights[i] /= _divisors[i];
        }
    }
}
