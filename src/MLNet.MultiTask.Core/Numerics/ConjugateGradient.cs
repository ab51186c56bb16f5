using System.Numerics.Tensors;

namespace MLNet.MultiTask.Numerics;

/// <summary>
/// Conjugate gradients (Hestenes and Stiefel 1952) for A·x = b, A symmetric positive definite and known by its products
/// only.
/// </summary>
internal static class ConjugateGradient
{
    /// <summary>Solves from x = 0.</summary>
    /// <param name="multiply">Writes A·v, v the first argument, to the second.</param>
    /// <param name="b">Right-hand side.</param>
    /// <param name="tolerance">Stops at ‖b − A·x‖ ≤ tolerance·‖b‖.</param>
    /// <param name="maxIterations">Most products.</param>
    /// <param name="cancellationToken">Looked at every product.</param>
    /// <returns>x, and ‖b − A·x‖ / ‖b‖ as the recurrence has it (0 for b = 0).</returns>
    public static (double[] X, double Residual) Solve(Action<double[], double[]> multiply, double[] b, double tolerance,
        int maxIterations, CancellationToken cancellationToken)
    {
        double[] x = new double[b.Length], residual = [.. b], direction = [.. b], product = new double[b.Length];
        double start = TensorPrimitives.SumOfSquares<double>(b), square = start;
        for (int i = 0; i < maxIterations && square > tolerance * tolerance * start; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            multiply(direction, product);
            double length = square / TensorPrimitives.Dot<double>(direction, product);
            TensorPrimitives.MultiplyAdd(direction, length, x, x);
            TensorPrimitives.MultiplyAdd(product, -length, residual, residual);
            double next = TensorPrimitives.SumOfSquares<double>(residual);
            TensorPrimitives.MultiplyAdd(direction, next / square, residual, direction);
            square = next;
        }
        return (x, start > 0 ? Math.Sqrt(square / start) : 0);
    }
}
