using System.Numerics.Tensors;

namespace MLNet.MultiTask.Numerics;

/// <summary>Shares that grow with e to the power of a number.</summary>
internal static class SoftMax
{
    /// <summary>
    /// Replaces every number z by e^z / Σ e^z. The largest is taken off first: <see cref="TensorPrimitives"/> does not,
    /// and gives NaN as soon as e^z is beyond a double, or all of them are 0.
    /// </summary>
    /// <param name="values">Finite numbers, at least one.</param>
    public static void Replace(Span<double> values)
    {
        TensorPrimitives.Subtract(values, TensorPrimitives.Max<double>(values), values);
        TensorPrimitives.SoftMax<double>(values, values);
    }
}
