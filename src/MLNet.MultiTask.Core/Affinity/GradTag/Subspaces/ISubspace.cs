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
