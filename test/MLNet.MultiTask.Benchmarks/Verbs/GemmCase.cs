namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>The size of a matrix product C (m×n) = op(A) op(B) with inner products of length k.</summary>
internal sealed record GemmCase(int M, int N, int K, bool TransposeA = false, bool TransposeB = false)
{
    public static readonly IReadOnlyList<GemmCase> Standard =
        [new(32, 64, 64), new(256, 256, 128), new(1024, 1024, 1024)];

    public double Flops => 2.0 * M * N * K;

    public override string ToString() => $"{M}x{N}x{K}{(TransposeA ? " Aᵀ" : "")}{(TransposeB ? " Bᵀ" : "")}";

    /// <summary>
    /// Per layer: values forward, gradient of the weights, signal backward (but for the first layer).
    /// </summary>
    public static IEnumerable<GemmCase> OfTraining(BenchShape shape)
    {
        int[] widths = [shape.Features, .. shape.Hidden, shape.Tasks];
        for (int l = 1; l < widths.Length; l++)
        {
            int inputs = widths[l - 1], outputs = widths[l];
            yield return new GemmCase(shape.Batch, outputs, inputs, TransposeB: true);
            yield return new GemmCase(outputs, inputs, shape.Batch, TransposeA: true);
            if (l > 1)
                yield return new GemmCase(shape.Batch, inputs, outputs);
        }
    }
}
