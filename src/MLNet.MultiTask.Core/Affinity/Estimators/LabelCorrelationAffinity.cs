using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// The free baseline: how strongly the labels of two tasks go together over the training rows where both are observed,
/// in [0, 1]. Two regressions: |Pearson|; classes and a regression: the correlation ratio η; classes and classes:
/// Cramér's V. The three agree where they meet: for two classes η and V are |Pearson|. A row counts by the geometric
/// mean of its two weights. Symmetric; the diagonal is 1; a pair without two rows in common, or with a constant label
/// there, is not measured.
/// </summary>
/// <param name="threads">Upper limit of threads; null = all cores. The result does not depend on it.</param>
public sealed class LabelCorrelationAffinity(int? threads = null) : ITaskAffinityEstimator
{
    /// <inheritdoc/>
    public string Name => "Label correlation";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// There are no training rows, or no training row holds labels of two tasks (task-indexed data), so that nothing
    /// can be said.
    /// </exception>
    public TaskAffinity Estimate(TaskTable table, RowSplit split, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(split);
        int n = table.Tasks.Count;
        var labels = new LabelColumns(table, split.Train);
        var shared = new int[n * n];
        var counts = new ClassCounts(table, split.Train);
        double[] values = SymmetricPairs.Of(n, diagonal: 1, (i, j) =>
        {
            if (counts.Of(i, j) is { } together)
            {
                int rows = (int)together.Sum();
                shared[i * n + j] = rows < 2 ? 0 : rows;
                return rows < 2 ? 0 : CramersV(together, counts.Classes(j));
            }
            (double[] x, double[] y, double[] weights) = labels.Shared(i, j);
            shared[i * n + j] = x.Length;
            return Association(table.Tasks[i].Kind, x, table.Tasks[j].Kind, y, weights);
        }, threads, cancellationToken);
        int[] pairs = [.. Enumerable.Range(0, n).SelectMany(i => shared[(i * n)..(i * n + i)])];
        if (split.Train.Length == 0 || (n > 1 && pairs.Max() == 0))
            throw new ArgumentException(
                $"None of the {split.Train.Length} training rows holds labels of two tasks, so labels cannot be " +
                "correlated; choose an affinity that trains networks", nameof(table));
        var unmeasured = new UnmeasuredPairs(table.Tasks, (i, j) => values[i * n + j] == 0
            && (shared[Math.Max(i, j) * n + Math.Min(i, j)] == 0 || IsConstant(table, split.Train, i, j)),
            "fewer than two training rows hold both labels, or one of them never varies there");
        return new TaskAffinity([.. table.Tasks.Select(t => t.Name)], values, Name)
        {
            Unmeasured = unmeasured.Cells,
            Warnings = unmeasured.Warnings,
            Diagnostics = n == 1 ? new Dictionary<string, double>() : new() { ["minimumSharedRows"] = pairs.Min() },
        };
    }

    // Whether a label is the same in all rows that hold both.
    private static bool IsConstant(TaskTable table, int[] rows, int i, int j)
    {
        int first = Array.FindIndex(rows, IsShared);
        return !Array.Exists(rows, r => IsShared(r) && table.Label(r, i) != table.Label(rows[first], i))
            || !Array.Exists(rows, r => IsShared(r) && table.Label(r, j) != table.Label(rows[first], j));

        bool IsShared(int row) => table.IsObserved(row, i) && table.IsObserved(row, j);
    }

    private static double Association(TaskKind kindX, double[] x, TaskKind kindY, double[] y, double[] weights) =>
        (kindX, kindY) switch
        {
            (TaskKind.Regression, TaskKind.Regression) => Math.Abs(Correlation.Pearson(x, y, weights)),
            (TaskKind.Regression, _) => CorrelationRatio(y, x, weights),
            (_, TaskKind.Regression) => CorrelationRatio(x, y, weights),
            _ => CramersV(x, y, weights),
        };

    /// <summary>η = √(spread between the class means / spread of all values).</summary>
    private static double CorrelationRatio(double[] classes, double[] values, double[] weights)
    {
        if (values.Length == 0)
            return 0;
        int k = (int)classes.Max() + 1;
        double[] weight = new double[k], sum = new double[k];
        for (int r = 0; r < values.Length; r++)
        {
            weight[(int)classes[r]] += weights[r];
            sum[(int)classes[r]] += weights[r] * (values[r] - values[0]);
        }
        double mean = sum.Sum() / weight.Sum(), between = 0, total = 0;
        for (int c = 0; c < k; c++)
            between += weight[c] > 0 ? weight[c] * Math.Pow(sum[c] / weight[c] - mean, 2) : 0;
        for (int r = 0; r < values.Length; r++)
            total += weights[r] * Math.Pow(values[r] - values[0] - mean, 2);
        return total > 0 ? Math.Sqrt(Math.Min(1, between / total)) : 0;
    }

    private static double CramersV(double[] x, double[] y, double[] weights)
    {
        if (x.Length == 0)
            return 0;
        int columns = (int)y.Max() + 1;
        var table = new double[((int)x.Max() + 1) * columns];
        for (int r = 0; r < x.Length; r++)
            table[(int)x[r] * columns + (int)y[r]] += weights[r];
        return CramersV(table, columns);
    }

    /// <summary>V = √(χ² / (n·(min(classes present) − 1))) of how often classes go together.</summary>
    private static double CramersV(double[] table, int columns)
    {
        double[] rowSum = new double[table.Length / columns], columnSum = new double[columns];
        for (int p = 0; p < table.Length; p++)
        {
            rowSum[p / columns] += table[p];
            columnSum[p % columns] += table[p];
        }
        int present = Math.Min(rowSum.Count(s => s > 0), columnSum.Count(s => s > 0));
        double total = rowSum.Sum(), ratio = -1;
        for (int p = 0; p < table.Length; p++)
            if (table[p] > 0)
                ratio += table[p] * (table[p] / (rowSum[p / columns] * columnSum[p % columns]));
        return present > 1 && total > 0 ? Math.Sqrt(Math.Clamp(ratio / (present - 1), 0, 1)) : 0;
    }

    /// <summary>The labels of some rows, task by task; a task's are gathered when they are first asked for.</summary>
    private sealed class LabelColumns
    {
        private readonly Lazy<(float[] Labels, float[] Weights)>[] _columns;

        public LabelColumns(TaskTable table, int[] rows) =>
            _columns = [.. Enumerable.Range(0, table.Tasks.Count).Select(t => new Lazy<(float[], float[])>(() =>
                (Array.ConvertAll(rows, r => table.Label(r, t)), Array.ConvertAll(rows, r => table.Weight(r, t)))))];

        /// <summary>
        /// Labels of two tasks in the rows where both are observed; empty where there are fewer than two.
        /// </summary>
        public (double[] X, double[] Y, double[] Weights) Shared(int i, int j)
        {
            (float[] labelsX, float[] weightsX) = _columns[i].Value;
            (float[] labelsY, float[] weightsY) = _columns[j].Value;
            int count = 0;
            for (int r = 0; r < weightsX.Length; r++)
                if (weightsX[r] > 0 && weightsY[r] > 0)
                    count++;
            if (count < 2)
                return ([], [], []);
            double[] x = new double[count], y = new double[count], weights = new double[count];
            for (int r = 0, at = 0; at < count; r++)
                if (weightsX[r] > 0 && weightsY[r] > 0)
                {
                    (x[at], y[at]) = (labelsX[r], labelsY[r]);
                    weights[at++] = Math.Sqrt((double)weightsX[r] * weightsY[r]);
                }
            return (x, y, weights);
        }
    }
}
