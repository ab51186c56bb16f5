using System.Numerics.Tensors;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Affinity;

/// <summary>One value per (task, subset) pair, and how two such sets of values agree.</summary>
internal static class SubsetValues
{
    /// <summary>The mean of several sets of values.</summary>
    public static double[][] Mean(IReadOnlyList<double[][]> sets) =>
        [.. sets[0].Select((row, s) => row.Select((_, k) => sets.Average(set => set[s][k])).ToArray())];

    /// <summary>Σ|estimate − truth| / Σ|truth|.</summary>
    public static double RelativeError(double[][] estimate, double[][] truth)
    {
        double error = 0, size = 0;
        for (int s = 0; s < truth.Length; s++)
            for (int k = 0; k < truth[s].Length; k++)
            {
                error += Math.Abs(estimate[s][k] - truth[s][k]);
                size += Math.Abs(truth[s][k]);
            }
        return error / size;
    }

    /// <summary>Every value minus its task's mean over the subsets, in one vector.</summary>
    public static double[] Centred(int tasks, int[][] subsets, double[][] values)
    {
        double[] sum = new double[tasks], count = new double[tasks];
        for (int s = 0; s < subsets.Length; s++)
            for (int k = 0; k < subsets[s].Length; k++)
            {
                sum[subsets[s][k]] += values[s][k];
                count[subsets[s][k]]++;
            }
        return [.. subsets.SelectMany((subset, s) => subset.Select((t, k) => values[s][k] - sum[t] / count[t]))];
    }

    /// <summary>Pearson correlation; NaN where one side is constant.</summary>
    public static double Pearson(double[] x, double[] y)
    {
        double mx = x.Average(), my = y.Average();
        double[] a = [.. x.Select(v => v - mx)], b = [.. y.Select(v => v - my)];
        return TensorPrimitives.Dot<double>(a, b)
            / (TensorPrimitives.Norm<double>(a) * TensorPrimitives.Norm<double>(b));
    }

    /// <summary>Pearson correlation of ranks; ties share their average rank.</summary>
    public static double Spearman(double[] x, double[] y) => Pearson(Correlation.Ranks(x), Correlation.Ranks(y));

    /// <summary>
    /// √(n·r / (1 + (n−1)·r)), r = mean correlation within tasks between two of n runs; 0 where r is not positive.
    /// </summary>
    public static double NoiseCeiling(int tasks, int[][] subsets, double[][][] runs)
    {
        int n = runs.Length;
        if (n < 2)
            return double.NaN;
        double[][] centred = [.. runs.Select(run => Centred(tasks, subsets, run))];
        double sum = 0;
        for (int i = 0; i < n; i++)
            for (int j = 0; j < i; j++)
                sum += Pearson(centred[i], centred[j]);
        double r = Math.Max(0, sum / (n * (n - 1) / 2));
        return Math.Sqrt(n * r / (1 + (n - 1) * r));
    }

    /// <summary>
    /// Σ σ·√(2/(π·n)) / Σ|mean|, σ = the standard deviation over n runs: the relative error of an estimate that knows
    /// what to expect of every run, where noise is normal.
    /// </summary>
    public static double NoiseFloor(double[][][] runs, double[][] mean)
    {
        int n = runs.Length;
        double Deviation(int s, int k) =>
            Math.Sqrt(runs.Sum(run => Math.Pow(run[s][k] - mean[s][k], 2)) / (n - 1));
        return n < 2 ? double.NaN : Math.Sqrt(2 / (Math.PI * n))
            * mean.Select((row, s) => row.Select((_, k) => Deviation(s, k)).Sum()).Sum()
            / mean.Sum(row => row.Sum(Math.Abs));
    }
}
