namespace MLNet.MultiTask.Affinity;

/// <summary>
/// The Lasso from correlations alone (Tibshirani 1996), by cyclic coordinate descent (Friedman et al. 2010).
/// </summary>
internal static class Lasso
{
    private const int MaxSweeps = 10_000;
    private const double Tolerance = 1e-10;

    /// <summary>argmin over ν of ½ νᵀRν − r_targetᵀν + λ‖ν‖₁ over the sources; the other entries stay 0.</summary>
    /// <param name="correlations">m×m, unit diagonal, positive semidefinite.</param>
    /// <param name="m">Variables.</param>
    /// <param name="target">The variable explained.</param>
    /// <param name="sources">The variables it is explained by.</param>
    /// <param name="lambda">Penalty, positive.</param>
    /// <param name="cancellationToken">Looked at every sweep.</param>
    public static double[] Solve(double[] correlations, int m, int target, int[] sources, double lambda,
        CancellationToken cancellationToken)
    {
        var solution = new double[m];
        double[] residual = correlations[(target * m)..((target + 1) * m)];
        double largest = double.PositiveInfinity;
        for (int sweep = 0; sweep < MaxSweeps && largest > Tolerance; sweep++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            largest = 0;
            foreach (int j in sources)
            {
                double full = residual[j] + solution[j];
                double shrunk = Math.Sign(full) * Math.Max(0, Math.Abs(full) - lambda), change = shrunk - solution[j];
                if (change == 0)
                    continue;
                solution[j] = shrunk;
                for (int k = 0; k < m; k++)
                    residual[k] -= change * correlations[j * m + k];
                largest = Math.Max(largest, Math.Abs(change));
            }
        }
        return solution;
    }
}
