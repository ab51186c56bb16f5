using System.Numerics.Tensors;

namespace MLNet.MultiTask.Networks;

/// <summary>Element-wise parts of a dense layer.</summary>
internal static class DenseLayer
{
    /// <summary>Adds a bias to every row (rows×width) and, in the trunk, clips at 0.</summary>
    public static void AddBias(Span<float> values, ReadOnlySpan<float> bias, int rows, bool relu)
    {
        for (int row = 0; row < rows; row++)
        {
            Span<float> r = values.Slice(row * bias.Length, bias.Length);
            TensorPrimitives.Add(r, bias, r);
            if (relu)
                TensorPrimitives.Max(r, 0f, r);
        }
    }
}
