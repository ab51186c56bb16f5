using System.Runtime.Intrinsics;

namespace MLNet.MultiTask.Networks;

/// <summary>Element-wise parts of a dense layer.</summary>
internal static class DenseLayer
{
    /// <summary>Adds a bias to every row (rows×width) and, in the trunk, clips at 0; NaN comes through.</summary>
    public static void AddBias(Span<float> values, ReadOnlySpan<float> bias, int rows, bool relu)
    {
        for (int row = 0; row < rows; row++)
            AddBias(values.Slice(row * bias.Length, bias.Length), bias, relu);
    }

    private static void AddBias(Span<float> row, ReadOnlySpan<float> bias, bool relu)
    {
        int i = 0;
        for (; i + Vector256<float>.Count <= row.Length; i += Vector256<float>.Count)
        {
            Vector256<float> sum = Vector256.Create<float>(row[i..]) + Vector256.Create(bias[i..]);
            (relu ? Vector256.AndNot(sum, Vector256.LessThanOrEqual(sum, Vector256<float>.Zero)) : sum)
                .CopyTo(row[i..]);
        }
        for (; i < row.Length; i++)
        {
            float sum = row[i] + bias[i];
            row[i] = relu && sum <= 0 ? 0 : sum;
        }
    }
}
