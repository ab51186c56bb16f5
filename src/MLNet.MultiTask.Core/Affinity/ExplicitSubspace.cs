namespace MLNet.MultiTask.Affinity;

/// <summary>A subspace whose basis vectors are held, in slices whose intermediate values stay in cache.</summary>
internal sealed class ExplicitSubspace : ISubspace
{
    private readonly TrunkVectors[] _slices;

    public ExplicitSubspace(TrunkVectors basis)
    {
        const int size = TrunkChunk.DirectionsAtOnce;
        Dimension = basis.Count;
        _slices = [.. Enumerable.Range(0, (basis.Count + size - 1) / size).Select(s => basis.Slice(s * size, Math.Min(size, basis.Count - s * size)))];
    }

    public int Dimension { get; }

    public void Features(TrunkChunk chunk, Span<float> features)
    {
        for (int s = 0; s < _slices.Length; s++)
            chunk.Features(_slices[s], features, s * TrunkChunk.DirectionsAtOnce, Dimension);
    }

    public void AddTo(ReadOnlySpan<float> w, Span<float> parameters)
    {
        for (int s = 0; s < _slices.Length; s++)
            _slices[s].AddTo(w.Slice(s * TrunkChunk.DirectionsAtOnce, _slices[s].Count), parameters);
    }
}
