namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Turns the losses f_i(S) of sampled subsets into an affinity: T[i, j] = mean over the subsets holding i and j of how
/// much lower f_i(S) is than task i's average (higher-order affinity; Li et al., KDD 2023 and 2024), in units of task
/// i's spread.
/// </summary>
internal static class SubsetAverage
{
    /// <param name="taskNames">The T names.</param>
    /// <param name="subsets">Task subsets, each ascending. With single tasks among them, the affinity is
    /// signed.</param>
    /// <param name="losses">losses[s][k] = loss of the k-th task of subset s; lower is better, finite.</param>
    /// <param name="method">The estimator's name.</param>
    /// <param name="standardize">Divide by the standard deviation of the task's losses over its subsets; otherwise keep
    /// loss units, and so of two tasks, each of which has one partner.</param>
    /// <param name="diagnostics">Handed on.</param>
    /// <param name="predictGroup">Handed on.</param>
    /// <param name="phaseSeconds">Handed on.</param>
    /// <param name="warnings">Handed on.</param>
    public static TaskAffinity ToAffinity(IReadOnlyList<string> taskNames, IReadOnlyList<int[]> subsets,
        IReadOnlyList<double[]> losses, string method, bool standardize = true,
        IReadOnlyDictionary<string, double>? diagnostics = null,
        Func<IReadOnlyList<int>, double[]>? predictGroup = null,
        IReadOnlyDictionary<string, double>? phaseSeconds = null, IReadOnlyList<string>? warnings = null)
    {
        int n = taskNames.Count;
        standardize &= n != 2;
        (double[] mean, double[] scale) = RowMoments(n, subsets, losses, standardize);
        double[] sum = new double[n * n], squares = new double[n * n];
        int[] counts = new int[n * n], held = new int[n];
        for (int s = 0; s < subsets.Count; s++)
            for (int a = 0; a < subsets[s].Length; a++)
            {
                int i = subsets[s][a];
                held[i]++;
                double gain = scale[i] > 0 ? (mean[i] - losses[s][a]) / scale[i] : 0;
                foreach (int j in subsets[s])
                    if (j != i)
                    {
                        sum[i * n + j] += gain;
                        squares[i * n + j] += gain * gain;
                        counts[i * n + j]++;
                    }
            }
        double[] values = new double[n * n], errors = new double[n * n];
        for (int p = 0; p < values.Length; p++)
        {
            if (counts[p] == 0)
                continue;
            values[p] = sum[p] / counts[p];
            double variance = Math.Max(0, squares[p] - sum[p] * values[p]) / Math.Max(1, counts[p] - 1);
            errors[p] = Math.Sqrt(variance / counts[p]);
        }
        var unmeasured = new UnmeasuredPairs(taskNames, (i, j) => counts[i * n + j] == 0 || held[i] < 2,
            "no subset held both, or only one subset the one");
        return new TaskAffinity(taskNames, values, method)
        {
            Unmeasured = unmeasured.Cells,
            PairCounts = counts,
            StandardErrors = errors,
            IsSigned = subsets.Any(subset => subset.Length == 1),
            Diagnostics = diagnostics ?? new Dictionary<string, double>(),
            PredictGroup = predictGroup,
            Warnings = [.. unmeasured.Warnings, .. warnings ?? []],
            PhaseSeconds = phaseSeconds ?? new Dictionary<string, double>(),
        };
    }

    // A spread at the level of rounding is no signal: such a task's row stays zero.
    private static (double[] Mean, double[] Scale) RowMoments(int n, IReadOnlyList<int[]> subsets,
        IReadOnlyList<double[]> losses, bool standardize)
    {
        double[] mean = new double[n], scale = new double[n];
        var count = new int[n];
        for (int s = 0; s < subsets.Count; s++)
            for (int a = 0; a < subsets[s].Length; a++)
            {
                mean[subsets[s][a]] += losses[s][a];
                count[subsets[s][a]]++;
            }
        for (int i = 0; i < n; i++)
            mean[i] /= Math.Max(1, count[i]);
        for (int s = 0; s < subsets.Count; s++)
            for (int a = 0; a < subsets[s].Length; a++)
                scale[subsets[s][a]] += Math.Pow(losses[s][a] - mean[subsets[s][a]], 2);
        for (int i = 0; i < n; i++)
        {
            double sd = Math.Sqrt(scale[i] / Math.Max(1, count[i]));
            scale[i] = sd <= 1e-9 * Math.Abs(mean[i]) ? 0 : standardize ? sd : 1;
        }
        return (mean, scale);
    }
}
