using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// Gradient sign dropout (Chen et al. 2020, Algorithm 1) on random directions instead of single parameters. Along a
/// direction drawn from N(0, I) the tasks' gradients are distributed as N(0, G), so it can be drawn from the Gramian
/// alone. In each direction one sign is kept, the positive one with probability ½(1 + Σg / Σ|g|); a task's weight is
/// the share of its squares that is kept.
/// </summary>
/// <remarks>
/// The paper drops entries of the gradient by the shared representation; that is no combination of the tasks'
/// gradients, this is the nearest one, task by task, over the directions drawn.
/// </remarks>
public sealed record GradDropWeighting : GradientWeighting
{
    /// <inheritdoc/>
    public override string Name => "graddrop";

    /// <summary>Share of the dropped values that is kept all the same.</summary>
    /// <value>The default value is 0; from 0 to 1, where 1 drops nothing.</value>
    public double Leak { get; init; }

    /// <summary>Directions drawn in every step.</summary>
    /// <value>The default value is 64; at least 1.</value>
    public int Directions { get; init; } = 64;

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object Value)> Settings =>
        [("directions", Directions), ("leak", Leak)];

    /// <inheritdoc/>
    public override void Validate()
    {
        WeightingChecks.Check(Leak is >= 0 and <= 1, nameof(Leak), Leak, "from 0 to 1");
        WeightingChecks.Check(Directions >= 1, nameof(Directions), Directions, "at least 1");
    }

    private protected override IGradientWeighting Begin(WeightingStart start) => new Run(this, start);

    private sealed class Run(GradDropWeighting method, WeightingStart start) : GramianRun(start)
    {
        private readonly GramianSketch _sketch = new(start.Tasks.Count);
        private readonly double[] _along = new double[start.Tasks.Count], _squares = new double[start.Tasks.Count];

        protected override void Solve(in WeightingStep step, ReadOnlySpan<double> gramian, double scale,
            Span<double> weights)
        {
            int n = weights.Length;
            var random = new RandomStream(Seed, "graddrop", step.Number);
            _sketch.Factor(gramian, n);
            Span<double> along = _along.AsSpan(0, n), squares = _squares.AsSpan(0, n);
            weights.Clear();
            squares.Clear();
            for (int d = 0; d < method.Directions; d++)
            {
                _sketch.Draw(ref random, along);
                double sum = 0, magnitudes = 0;
                foreach (double value in along)
                    (sum, magnitudes) = (sum + value, magnitudes + Math.Abs(value));
                bool positive = 0.5 * (1 + sum / magnitudes) > random.NextDouble();
                for (int i = 0; i < n; i++)
                {
                    double square = along[i] * along[i];
                    squares[i] += square;
                    weights[i] += along[i] > 0 == positive ? square : method.Leak * square;
                }
            }
            for (int i = 0; i < n; i++)
                weights[i] /= squares[i];
        }
    }
}
