using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Affinity;

/// <summary>A subspace whose basis vectors are held, in slices whose intermediate values stay in cache.</summary>
internal sealed class ExplicitSubspace : ISubspace
{
    private readonly TrunkVectors[] _slices;
    private readonly double[] _gram;

    public ExplicitSubspace(TrunkVectors basis, int threads = 1)
    {
        const int size = TrunkChunk.DirectionsAtOnce;
        (Dimension, _gram) = (basis.Count, basis.Gram(threads));
        _slices = [.. Enumerable.Range(0, (basis.Count + size - 1) / size)
            .Select(s => basis.Slice(s * size, Math.Min(size, basis.Count - s * size)))];
    }

    public int Dimension { get; }

    public void Features(TrunkChunk chunk, Span<float> features)
    {
        for (int s = 0; s < _slices.Length; s++)
            chunk.Features(_slices[s], features, s * TrunkChunk.DirectionsAtOnce, Dimension);
    }

    public double Norm(ReadOnlySpan<float> w, int parameterCount)
    {
        double square = 0;
        for (int i = 0; i < Dimension; i++)
        {
            double sum = 0;
            for (int j = 0; j < Dimension; j++)
                sum += _gram[i * Dimension + j] * w[j];
            square += w[i] * sum;
        }
        return Math.Sqrt(Math.Max(0, square));
    }

    public void AddTo(ReadOnlySpan<float> w, Span<float> parameters)
    {
        for (int s = 0; s < _slices.Length; s++)
            _slices[s].AddTo(w.Slice(s * TrunkChunk.DirectionsAtOnce, _slices[s].Count), parameters);
    }

    public void AddTo(ReadOnlySpan<float> w, int count, Span<float> parameters)
    {
        // Parameters that stay in cache while all directions are added.
        const int columns = 512;
        int size = parameters.Length / count;
        NetworkShape shape = _slices[0].Shape;
        for (int b = 0; b < _slices[0].Blocks.Length; b++)
        {
            int length = TrunkVectors.BlockSize(shape, b), offset = TrunkVectors.BlockOffset(shape, b);
            for (int from = 0; from < length; from += columns)
                for (int s = 0; s < _slices.Length; s++)
                    Gemm.Multiply(false, false, count, Math.Min(columns, length - from), _slices[s].Count,
                        w[(s * TrunkChunk.DirectionsAtOnce)..], Dimension, _slices[s].Blocks[b].AsSpan(from), length,
                        parameters[(offset + from)..], size, accumulate: true);
        }
    }
}
