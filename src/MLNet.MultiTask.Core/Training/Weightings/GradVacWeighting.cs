using System.Numerics.Tensors;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// Gradient vaccine (Wang et al. 2021, Algorithm 1), the whole trunk as one group: where the cosine of two tasks'
/// gradients is below what it usually is, the one is turned towards the other until it is not. What is usual is a
/// moving average per pair, which begins at 0; with <see cref="Beta"/> = 0 it stays there.
/// </summary>
public sealed record GradVacWeighting : GradientWeighting
{
    /// <inheritdoc/>
    public override string Name => "gradvac";

    /// <summary>Share of the newest cosine in the moving average.</summary>
    /// <value>The default value is 0.5; from 0 to 1.</value>
    public double Beta { get; init; } = 0.5;

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object Value)> Settings => [("beta", Beta)];

    /// <inheritdoc/>
    public override void Validate() =>
        WeightingChecks.Check(Beta is >= 0 and <= 1, nameof(Beta), Beta, "from 0 to 1");

    private protected override IGradientWeighting Begin(WeightingStart start) => new Run(this, start);

    private sealed class Run(GradVacWeighting method, WeightingStart start) : GramianRun(start)
    {
        private const double LargestCosine = 1 - 1e-8;

        private readonly double[] _usual = new double[start.Tasks.Count * start.Tasks.Count];
        private readonly double[] _products = new double[start.Tasks.Count];
        private readonly int[] _order = new int[start.Tasks.Count];

        public override int StateLength => _usual.Length;

        public override void Save(Span<double> state) => _usual.CopyTo(state);

        public override void Restore(ReadOnlySpan<double> state) => state.CopyTo(_usual);

        protected override void Solve(in WeightingStep step, ReadOnlySpan<double> gramian, double scale,
            Span<double> weights)
        {
            int n = weights.Length;
            var random = new RandomStream(Seed, "gradvac", step.Number);
            weights.Fill(1);
            Span<double> products = _products.AsSpan(0, n);
            for (int i = 0; i < n; i++)
            {
                gramian.Slice(i * n, n).CopyTo(products);
                double square = gramian[i * n + i];
                Span<int> order = _order.AsSpan(0, n);
                for (int j = 0; j < n; j++)
                    order[j] = j;
                random.Shuffle(order);
                foreach (int j in order)
                {
                    if (j == i)
                        continue;
                    double length = Math.Sqrt(Math.Max(square, 0));
                    double cosine = length > 0 ? Math.Clamp(products[j] / (length * Lengths[j]), -1, 1) : 0;
                    ref double usual = ref _usual[step.Tasks[i] * TaskCount + step.Tasks[j]];
                    double wanted = Math.Min(usual, LargestCosine);
                    if (cosine < wanted)
                    {
                        double root = Math.Sqrt(1 - wanted * wanted);
                        double added = length / (Lengths[j] * root) *
                            (wanted * Math.Sqrt(1 - cosine * cosine) - cosine * root);
                        weights[j] += added;
                        square += added * (2 * products[j] + added * gramian[j * n + j]);
                        TensorPrimitives.MultiplyAdd(gramian.Slice(j * n, n), added, products, products);
                    }
                    usual += method.Beta * (cosine - usual);
                }
            }
        }
    }
}
