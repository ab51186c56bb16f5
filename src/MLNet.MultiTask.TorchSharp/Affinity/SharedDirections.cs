using MLNet.MultiTask.Numerics;
using TorchSharp;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// Directions of a module's shared parameters in which steps are sought: random signs, or the block-Krylov basis of the
/// tasks' own gradients, as the managed estimate has them.
/// </summary>
internal sealed class SharedDirections(ModuleTangents tangents, ModulePairs pairs, int[] rows, double[] shares)
{
    private const double SmallestSingularValue = 1e-3;
    private readonly double[] _weights = pairs.Weights(rows);

    /// <summary>−∇ of every task's mean loss, T×p.</summary>
    public torch.Tensor Gradients()
    {
        torch.Tensor all = torch.zeros(_weights.Length, tangents.Dimension);
        tangents.ForEach(rows, chunk => PullByTask(chunk, all, (t, weight, loss, _) =>
            loss.Slope * (float)(weight / _weights[t])));
        return all;
    }

    /// <summary>
    /// Orthonormal directions c_t, H̄c_t, H_t c_t in coordinates θ/scale, at most so many, those of the largest
    /// singular values.
    /// </summary>
    /// <param name="gradients">c_t, T×p.</param>
    /// <param name="scale">Length p.</param>
    /// <param name="maximum">Most directions.</param>
    public torch.Tensor Krylov(torch.Tensor gradients, torch.Tensor scale, int maximum)
    {
        torch.Tensor first = Finish(gradients, scale);
        torch.Tensor directions = first * scale;
        torch.Tensor mean = torch.zeros_like(gradients), own = torch.zeros_like(gradients);
        tangents.ForEach(rows, chunk =>
        {
            for (int v = 0; v < _weights.Length; v++)
            {
                float[] along;
                using (torch.Tensor direction = directions.select(0, v))
                    along = chunk.Tangent(direction);
                var signals = new float[along.Length];
                var signalsOfOwn = new float[along.Length];
                pairs.ForEach(chunk, (t, weight, loss, place, direction) =>
                {
                    float change = System.Numerics.Tensors.TensorPrimitives.Dot(direction,
                        along.AsSpan(place, direction.Length));
                    float signal = loss.Curvature * change * (float)(weight / _weights[t]);
                    for (int k = 0; k < direction.Length; k++)
                    {
                        signals[place + k] += (float)shares[t] * signal * direction[k];
                        if (t == v)
                            signalsOfOwn[place + k] += signal * direction[k];
                    }
                });
                using torch.Tensor sum = mean.select(0, v), sumOfOwn = own.select(0, v);
                chunk.Pull(signals, sum);
                chunk.Pull(signalsOfOwn, sumOfOwn);
            }
        });
        return Orthonormal(torch.cat([first, Finish(mean, scale), Finish(own, scale)]), maximum) * scale;
    }

    /// <summary>Random signs ±1/√d times the scale (Li, Sharma, Zhang, KDD 2024), direction k from a stream of its
    /// own.</summary>
    /// <param name="layout">The module's parameters.</param>
    /// <param name="dimension">d.</param>
    /// <param name="seed">Of the signs.</param>
    /// <param name="scale">Length p.</param>
    /// <param name="kronecker">
    /// Whether the signs of a matrix are the outer product of signs of its rows and of its columns.
    /// </param>
    public static torch.Tensor Random(ModuleLayout layout, int dimension, ulong seed, torch.Tensor scale,
        bool kronecker)
    {
        torch.Tensor all = torch.empty(dimension, layout.SharedCount);
        Span<float> memory = Tensors.Memory(all);
        float size = 1 / MathF.Sqrt(dimension);
        for (int k = 0; k < dimension; k++)
            for (int i = 0; i < layout.SharedTensors; i++)
            {
                StateTensor tensor = layout.Tensors[i];
                Span<float> own = memory.Slice(k * layout.SharedCount + tensor.Offset, tensor.Length);
                var stream = new RandomStream(seed, "rademacher/" + tensor.Name, k);
                if (kronecker && tensor.Shape is [var outputs, > 1])
                    Outer(ref stream, size, own, (int)outputs);
                else
                    Affinity.Signs.Fill(ref stream, size, own);
            }
        return all * scale;
    }

    private static void Outer(ref RandomStream stream, float size, Span<float> own, int outputs)
    {
        var rows = new float[outputs];
        var columns = new float[own.Length / outputs];
        Affinity.Signs.Fill(ref stream, 1, rows);
        Affinity.Signs.Fill(ref stream, size, columns);
        for (int o = 0; o < outputs; o++)
            System.Numerics.Tensors.TensorPrimitives.Multiply(columns, rows[o],
                own.Slice(o * columns.Length, columns.Length));
    }

    private void PullByTask(ModuleTangents.Chunk chunk, torch.Tensor sums,
        Func<int, float, Gradients.OutputLoss, int, float> signal)
    {
        var signals = new float[_weights.Length][];
        for (int t = 0; t < signals.Length; t++)
            signals[t] = new float[chunk.Outputs.Length];
        pairs.ForEach(chunk, (t, weight, loss, place, direction) =>
        {
            float own = signal(t, weight, loss, place);
            for (int k = 0; k < direction.Length; k++)
                signals[t][place + k] = own * direction[k];
        });
        for (int t = 0; t < signals.Length; t++)
            using (torch.Tensor sum = sums.select(0, t))
                chunk.Pull(signals[t], sum);
    }

    private static torch.Tensor Finish(torch.Tensor vectors, torch.Tensor scale)
    {
        torch.Tensor scaled = vectors * scale;
        return scaled / scaled.norm(1, true).clamp_min(1e-30f);
    }

    // By the eigenvectors of the Gram matrix: rows v/√λ make orthonormal vectors of these.
    private static torch.Tensor Orthonormal(torch.Tensor vectors, int maximum)
    {
        int n = (int)vectors.shape[0];
        using torch.Tensor wide = vectors.to(torch.float64);
        double[] gram = System.Runtime.InteropServices.MemoryMarshal.Cast<byte,
            double>(wide.mm(wide.t()).contiguous().bytes)
            .ToArray(), values = new double[n], directions = new double[n * n];
        new SymmetricEigen(n).Decompose(gram, values, directions);
        double least = values[^1] * SmallestSingularValue * SmallestSingularValue;
        int[] kept = [.. Enumerable.Range(0, n).Reverse().Where(i => values[i] > Math.Max(least, 1e-30)).Take(maximum)];
        if (kept.Length == 0)
            throw new InvalidOperationException(
                "Every task's gradient with respect to the shared parameters is zero; no " +
                "affinity can be estimated from them (are all hidden units dead, or all labels constant?)");
        var mix = new float[kept.Length * n];
        for (int r = 0; r < kept.Length; r++)
            for (int k = 0; k < n; k++)
                mix[r * n + k] = (float)(directions[kept[r] * n + k] / Math.Sqrt(values[kept[r]]));
        return torch.tensor(mix, [kept.Length, n]).mm(vectors);
    }
}
