using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Affinity;

/// <summary>Matrices of what two tasks have in common.</summary>
internal static class SymmetricPairs
{
    /// <summary>T×T with <paramref name="value"/>(i, j) for i &gt; j on both sides of the diagonal.</summary>
    /// <param name="n">T.</param>
    /// <param name="diagonal">Value of a task with itself.</param>
    /// <param name="value">Called once per pair, from many threads.</param>
    /// <param name="threads">Upper limit of threads; null = all cores.</param>
    /// <param name="cancellationToken">Looked at before each pair.</param>
    public static double[] Of(int n, double diagonal, Func<int, int, double> value, int? threads,
        CancellationToken cancellationToken)
    {
        double[][] rows = ParallelRuns.Map(n, threads, i =>
        {
            var row = new double[i];
            for (int j = 0; j < i; j++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                row[j] = value(i, j);
            }
            return row;
        }, cancellationToken);
        var values = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            values[i * n + i] = diagonal;
            for (int j = 0; j < i; j++)
                values[i * n + j] = values[j * n + i] = rows[i][j];
        }
        return values;
    }
}
