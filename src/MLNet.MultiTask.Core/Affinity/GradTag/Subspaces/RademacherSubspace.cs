using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Random projection by signs ±1/√d (Li, Sharma, Zhang, KDD 2024). Vector k is the stream (seed, k), so a slice of the
/// matrix is made whenever it is needed and the p×d matrix is never held.
/// </summary>
internal sealed class RademacherSubspace(NetworkShape shape, int dimension, ulong seed, TrunkVectors? scale) : ISubspace
{
    private const int Slice = TrunkChunk.DirectionsAtOnce;

    public int Dimension => dimension;

    public void Features(TrunkChunk chunk, Span<float> features)
    {
        for (int first = 0; first < dimension; first += Slice)
            chunk.Features(Make(first, Math.Min(Slice, dimension - first)), features, first, dimension);
    }

    public void AddTo(ReadOnlySpan<float> w, Span<float> parameters)
    {
        for (int first = 0; first < dimension; first += Slice)
        {
            TrunkVectors vectors = Make(first, Math.Min(Slice, dimension - first));
            vectors.AddTo(w.Slice(first, vectors.Count), parameters);
        }
    }

    /// <summary>Vectors <paramref name="first"/>, <paramref name="first"/> + 1, ….</summary>
    public TrunkVectors Make(int first, int count)
    {
        var vectors = new TrunkVectors(shape, count);
        float size = 1 / MathF.Sqrt(dimension);
        for (int k = 0; k < count; k++)
        {
            var stream = new RandomStream(seed, "rademacher", first + k);
            for (int b = 0; b < vectors.Blocks.Length; b++)
                Signs.Fill(ref stream, size, vectors.Vector(b, k));
        }
        if (scale is not null)
            vectors.MultiplyBy(scale);
        return vectors;
    }
}
