using MLNet.MultiTask.Gradients;

namespace MLNet.MultiTask.Affinity;

/// <summary>A pair's loss after its output u has moved, in double precision.</summary>
/// <param name="Loss">The loss.</param>
/// <param name="Slope">−∂loss/∂u.</param>
/// <param name="Curvature">∂²loss/∂u².</param>
internal readonly record struct MovedLoss(double Loss, double Slope, double Curvature)
{
    /// <summary>The loss at u + <paramref name="change"/>.</summary>
    /// <param name="at">The loss at u.</param>
    /// <param name="squared">Squared error, as of a regression; otherwise log(1 + e^−u).</param>
    /// <param name="change">What u moves by.</param>
    public static MovedLoss Of(OutputLoss at, bool squared, double change)
    {
        if (squared)
        {
            double residual = 0.5 * at.Slope - change;
            return new(residual * residual, 2 * residual, 2);
        }
        double margin = at.Value + change, e = Math.Exp(-Math.Abs(margin)), sum = 1 + e;
        return new(Math.Max(0, -margin) + Math.Log(sum), margin >= 0 ? e / sum : 1 / sum, e / (sum * sum));
    }
}
