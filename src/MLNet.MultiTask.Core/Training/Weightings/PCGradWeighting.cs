using System.Numerics.Tensors;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// Gradient surgery (Yu et al. 2020, Algorithm 1): from every task's gradient the part that points against another's is
/// taken out, the others in random order; the results are summed. On the Gramian: the i-th result is Σⱼ cᵢⱼ·gⱼ, and its
/// inner product with gⱼ is (G·cᵢ)ⱼ.
/// </summary>
public sealed record PCGradWeighting : GradientWeighting
{
    /// <inheritdoc/>
    public override string Name => "pcgrad";

    private protected override IGradientWeighting Begin(WeightingStart start) => new Run(start);

    private sealed class Run(WeightingStart start) : GramianRun(start)
    {
        private readonly double[] _products = new double[start.Tasks.Count];
        private readonly int[] _order = new int[start.Tasks.Count];

        protected override void Solve(in WeightingStep step, ReadOnlySpan<double> gramian, double scale,
            Span<double> weights)
        {
            int n = weights.Length;
            var random = new RandomStream(Seed, "pcgrad", step.Number);
            weights.Fill(1);
            Span<double> products = _products.AsSpan(0, n);
            for (int i = 0; i < n; i++)
            {
                gramian.Slice(i * n, n).CopyTo(products);
                Span<int> order = _order.AsSpan(0, n);
                for (int j = 0; j < n; j++)
                    order[j] = j;
                random.Shuffle(order);
                foreach (int j in order)
                {
                    if (j == i || products[j] >= 0)
                        continue;
                    double taken = -products[j] / gramian[j * n + j];
                    weights[j] += taken;
                    TensorPrimitives.MultiplyAdd(gramian.Slice(j * n, n), taken, products, products);
                }
            }
        }
    }
}
