namespace MLNet.MultiTask.Data;

/// <summary>
/// The loss of the trivial predictor: the constant of some rows (mean, or frequencies of the classes), whatever the
/// features say, measured on others.
/// </summary>
internal static class TrivialLoss
{
    /// <summary>A probability below this counts as this much, so that no loss is infinite.</summary>
    public const double LeastProbability = 1e-6;

    /// <summary>
    /// Weighted mean of the squared error (regression) or −ln p(observed class); NaN where no row has a label.
    /// </summary>
    /// <param name="table">The data.</param>
    /// <param name="task">Number of the task.</param>
    /// <param name="fit">Rows that the constant is learned from.</param>
    /// <param name="rows">Rows to measure on.</param>
    public static double Of(TaskTable table, int task, IReadOnlyList<int> fit, IReadOnlyList<int> rows) =>
        Of(table, [task], fit, rows)[0];

    /// <summary>The same of several tasks.</summary>
    public static double[] Of(TaskTable table, IReadOnlyList<int> tasks, IReadOnlyList<int> fit,
        IReadOnlyList<int> rows)
    {
        // What a label costs: of a class its own number, of a regression by the distance from the only one.
        double[][] costs = [.. Constants(table, tasks, fit).Select((constant, k) =>
            table.Tasks[tasks[k]].Kind == TaskKind.Regression ? constant
                : Array.ConvertAll(constant, p => -Math.Log(Math.Max(p, LeastProbability))))];
        double[] losses = new double[tasks.Count], weights = new double[tasks.Count];
        table.ForEachLabel(rows, tasks, (k, label, weight) =>
        {
            weights[k] += weight;
            losses[k] += weight * (table.Tasks[tasks[k]].Kind == TaskKind.Regression
                ? Math.Pow((double)label - costs[k][0], 2) : costs[k][(int)label]);
        });
        return [.. losses.Zip(weights, (loss, weight) => loss / weight)];
    }

    /// <summary>The mean, or the frequency of every class; NaN where no row has a label.</summary>
    public static double[] Constant(TaskTable table, int task, IReadOnlyList<int> rows) =>
        Constants(table, [task], rows)[0];

    private static double[][] Constants(TaskTable table, IReadOnlyList<int> tasks, IReadOnlyList<int> rows)
    {
        bool[] regression = [.. tasks.Select(t => table.Tasks[t].Kind == TaskKind.Regression)];
        double[][] sums = [.. tasks.Select((t, k) =>
            new double[regression[k] ? 1 : Math.Max(2, table.Tasks[t].OutputCount)])];
        var totals = new double[tasks.Count];
        table.ForEachLabel(rows, tasks, (k, label, weight) =>
        {
            totals[k] += weight;
            if (regression[k])
                sums[k][0] += weight * label;
            else
                sums[k][(int)label] += weight;
        });
        return [.. sums.Select((own, k) => Array.ConvertAll(own, sum => sum / totals[k]))];
    }
}
