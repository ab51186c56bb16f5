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
    public static double Of(TaskTable table, int task, IReadOnlyList<int> fit, IReadOnlyList<int> rows)
    {
        double[] constant = Constant(table, task, fit);
        bool isRegression = table.Tasks[task].Kind == TaskKind.Regression;
        double loss = 0, weight = 0;
        foreach (int row in rows)
        {
            double w = table.Weight(row, task);
            if (w == 0)
                continue;
            double label = table.Label(row, task);
            weight += w;
            loss += w * (isRegression ? Math.Pow(label - constant[0], 2)
                : -Math.Log(Math.Max(constant[(int)label], LeastProbability)));
        }
        return loss / weight;
    }

    /// <summary>The mean, or the frequency of every class; NaN where no row has a label.</summary>
    public static double[] Constant(TaskTable table, int task, IReadOnlyList<int> rows)
    {
        TaskInfo info = table.Tasks[task];
        var sums = new double[info.Kind == TaskKind.Regression ? 1 : Math.Max(2, info.OutputCount)];
        double total = 0;
        foreach (int row in rows)
        {
            double w = table.Weight(row, task);
            if (w == 0)
                continue;
            double label = table.Label(row, task);
            total += w;
            if (info.Kind == TaskKind.Regression)
                sums[0] += w * label;
            else
                sums[(int)label] += w;
        }
        return [.. sums.Select(s => s / total)];
    }
}
