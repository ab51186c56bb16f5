using MathNet.Numerics.LinearAlgebra;

namespace MLNet.MultiTask.Tests.Numerics;

/// <summary>Stationary points of quadratics by the singular values of MathNet, independent of the product.</summary>
internal static class SmallSystems
{
    /// <summary>
    /// Where ½xᵀAx + bᵀx is stationary with x = 0 off a support, Σx = 1 if wanted; null where it is nowhere.
    /// </summary>
    public static double[]? MinimumOn(double[] a, double[] b, int n, int[] support, bool sumIsOne)
    {
        int m = support.Length, order = m + (sumIsOne ? 1 : 0);
        Matrix<double> system = Matrix<double>.Build.Dense(order, order);
        Vector<double> right = Vector<double>.Build.Dense(order);
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < m; j++)
                system[i, j] = a[support[i] * n + support[j]];
            right[i] = -b[support[i]];
            if (sumIsOne)
                system[i, m] = system[m, i] = 1;
        }
        if (sumIsOne)
            right[m] = 1;
        Vector<double> found = system.PseudoInverse() * right;
        if ((system * found - right).L2Norm() > 1e-8)
            return null;
        var x = new double[n];
        for (int i = 0; i < m; i++)
            x[support[i]] = found[i];
        return x;
    }
}
