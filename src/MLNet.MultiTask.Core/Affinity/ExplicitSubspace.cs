namespace MLNet.MultiTask.Affinity;

/// <summary>A subspace whose basis vectors are held.</summary>
internal sealed class ExplicitSubspace(TrunkVectors basis) : ISubspace
{
    public TrunkVectors Basis => basis;

    public int Dimension => basis.Count;

    public void Features(TrunkChunk chunk, Span<float> features) => chunk.Features(basis, features);

    public void AddTo(ReadOnlySpan<float> w, Span<float> parameters) => basis.AddTo(w, parameters);
}
