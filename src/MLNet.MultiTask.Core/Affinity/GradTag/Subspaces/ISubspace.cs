using System.Numerics.Tensors;
using MLNet.MultiTask.Gradients;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// A linear subspace of the trunk's parameters, W0 + B·w with w of d numbers; every maker's result looks like this.
/// </summary>
internal interface ISubspace
{
    /// <summary>d.</summary>
    int Dimension { get; }

    /// <summary>Bᵀ∂u/∂(trunk) of every observed pair of a chunk.</summary>
    /// <param name="chunk">Rows loaded.</param>
    /// <param name="features">pairs × d.</param>
    void Features(TrunkChunk chunk, Span<float> features);

    /// <summary>parameters += B·w.</summary>
    /// <param name="w">Length d.</param>
    /// <param name="parameters">Flat parameters of the network.</param>
    void AddTo(ReadOnlySpan<float> w, Span<float> parameters);

    /// <summary>The same for several networks at once, with the same bits.</summary>
    /// <param name="w">count × d.</param>
    /// <param name="count">Number of networks.</param>
    /// <param name="parameters">Their flat parameters one after another.</param>
    void AddTo(ReadOnlySpan<float> w, int count, Span<float> parameters)
    {
        int size = parameters.Length / count;
        for (int n = 0; n < count; n++)
            AddTo(w.Slice(n * Dimension, Dimension), parameters.Slice(n * size, size));
    }

    /// <summary>‖B·w‖.</summary>
    /// <param name="w">Length d.</param>
    /// <param name="parameterCount">Length of the network's flat parameters.</param>
    double Norm(ReadOnlySpan<float> w, int parameterCount)
    {
        var step = new float[parameterCount];
        AddTo(w, step);
        return TensorPrimitives.Norm<float>(step);
    }
}
