using System.Numerics.Tensors;

namespace MLNet.MultiTask.Training;

/// <summary>
/// The one convention of scale: the weights' absolute values sum to the number of tasks that take part, so that the
/// step size means the same under every method.
/// </summary>
internal static class WeightScale
{
    /// <summary>Scales to the convention; weights without a finite, positive sum become 1.</summary>
    public static void ToTaskCount(Span<double> weights)
    {
        double sum = TensorPrimitives.SumOfMagnitudes<double>(weights);
        if (sum > 0 && double.IsFinite(sum))
            TensorPrimitives.Multiply(weights, weights.Length / sum, weights);
        else
            weights.Fill(1);
    }
}
