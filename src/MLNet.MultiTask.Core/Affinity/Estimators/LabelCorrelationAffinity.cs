using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// The free baseline: how strongly the labels of two tasks go together over the training rows where both are observed,
/// in [0, 1]. Two regressions: |Pearson|; classes and a regression: the correlation ratio η; classes and classes:
/// Cramér's V. The three agree where they meet: for two classes η and V are |Pearson|. A row counts by the geometric
/// mean of its two weights. Symmetric; the diagonal is 1; a pair without two rows in common, or with a constant label
/// there, is 0.
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
        double[] values = SymmetricPairs.Of(n, diagonal: 1, (i, j) =>
        {
            (double[] x, double[] y, double[] weights) = labels.Shared(i, j);
            shared[i * n + j] = x.Length;
            return Association(table.Tasks[i].Kind, x, table.Tasks[j].Kind, y, weights);
        }, threads, cancellationToken);
        int[] pairs = [.. Enumerable.Range(0, n).SelectMany(i => shared[(i * n)..(i * n + i)])];
        if (split.Train.Length == 0 || (n > 1 && pairs.Max() == 0))
            throw new ArgumentException(
                $"None of the {split.Train.Length} training rows holds labels of two tasks, so labels cannot be " +
                "correlated; choose an affinity that trains networks", nameof(table));
        return new TaskAffinity([.. table.Tasks.Select(t => t.Name)], values, Name)
        {
            Diagnostics = n == 1 ? new Dictionary<string, double>() : new() { ["minimumSharedRows"] = pairs.Min() },
        };
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

    /// <summary>V = √(χ² / (n·(min(classes present) − 1))).</summary>
    private static double CramersV(double[] x, double[] y, double[] weights)
    {
        if (x.Length == 0)
            return 0;
        int rows = (int)x.Max() + 1, columns = (int)y.Max() + 1;
        double[] table = new double[rows * columns], rowSum = new double[rows], columnSum = new double[columns];
        for (int r = 0; r < x.Length; r++)
        {
            table[(int)x[r] * columns + (int)y[r]] += weights[r];
            rowSum[(int)x[r]] += weights[r];
            columnSum[(int)y[r]] += weights[r];
        }
        int present = Math.Min(rowSum.Count(s => s > 0), columnSum.Count(s => s > 0));
        double total = rowSum.Sum(), ratio = -1;
        for (int a = 0; a < rows; a++)
            for (int b = 0; b < columns; b++)
                if (table[a * columns + b] > 0)
                    ratio += table[a * columns + b] * (table[a * columns + b] / (rowSum[a] * columnSum[b]));
        return present > 1 && total > 0 ? Math.Sqrt(Math.Clamp(ratio / (present - 1), 0, 1)) : 0;
    }

    /// <summary>The labels of some rows, task by task.</summary>
    private sealed class LabelColumns
    {
        private readonly float[][] _labels, _weights;

        public LabelColumns(TaskTable table, int[] rows)
        {
            _labels = [.. Enumerable.Range(0, table.Tasks.Count).Select(t =>
                Array.ConvertAll(rows, r => table.Label(r, t)))];
            _weights = [.. Enumerable.Range(0, table.Tasks.Count).Select(t =>
                Array.ConvertAll(rows, r => table.Weight(r, t)))];
        }

        /// <summary>
        /// Labels of two tasks in the rows where both are observed; empty where there are fewer than two.
        /// </summary>
        public (double[] X, double[] Y, double[] Weights) Shared(int i, int j)
        {
            List<double> x = [], y = [], weights = [];
            for (int r = 0; r < _labels[i].Length; r++)
            {
                double weight = (double)_weights[i][r] * _weights[j][r];
                if (weight > 0)
                {
                    x.Add(_labels[i][r]);
                    y.Add(_labels[j][r]);
                    weights.Add(Math.Sqrt(weight));
                }
            }
            return x.Count < 2 ? ([], [], []) : ([.. x], [.. y], [.. weights]);
        }
    }
}
