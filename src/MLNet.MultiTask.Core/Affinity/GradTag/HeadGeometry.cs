using MLNet.MultiTask.Gradients;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// How AdamW sees every task's head near W0: as <see cref="AdamGeometry"/> the trunk, but only its own task moves a
/// head, so that the root mean square of mini-batch gradients follows from those of single rows: mean² + variance /
/// (the task's rows in a batch).
/// </summary>
internal sealed class HeadGeometry
{
    private readonly ObservedRows _observed;
    private readonly int _batchSize;
    private readonly double[] _means, _variances;

    private HeadGeometry(ObservedRows observed, int batchSize)
    {
        int tasks = observed.Counts.Length;
        (_observed, _batchSize, _means, _variances, Scale) =
            (observed, batchSize, new double[tasks], new double[tasks], new float[tasks][]);
    }

    /// <summary>D^−½ of every task's head, for a subset of usual size.</summary>
    public float[][] Scale { get; }

    /// <summary>One pass over training rows, or over enough of them.</summary>
    /// <param name="sweep">Network and rows.</param>
    /// <param name="observed">Which training rows observe which task.</param>
    /// <param name="batchSize">Rows of a mini-batch.</param>
    /// <param name="floor">Least root mean square, in units of the head's mean one.</param>
    public static HeadGeometry Measure(TrunkSweep sweep, ObservedRows observed, int batchSize, float floor)
    {
        var geometry = new HeadGeometry(observed, batchSize);
        (double[][] sums, double[][] squares) = sweep.HeadMoments();
        double[] weights = sweep.TaskWeights();
        int[] counts = new ObservedRows(sweep.Table, sweep.Rows).Counts;
        for (int t = 0; t < sums.Length; t++)
        {
            double rows = geometry.RowsInBatch(t, geometry.UsualRows(t)), total = 0;
            var size = new double[sums[t].Length];
            for (int i = 0; i < size.Length; i++)
            {
                double mean = sums[t][i] / weights[t],
                    square = squares[t][i] * counts[t] / (weights[t] * weights[t]);
                double variance = Math.Max(0, square - mean * mean);
                geometry._means[t] += mean * mean;
                geometry._variances[t] += variance;
                total += size[i] = Math.Sqrt(mean * mean + variance / rows);
            }
            double least = Math.Max(floor * total / size.Length, 1e-30);
            geometry.Scale[t] = [.. size.Select(s => (float)(1 / Math.Sqrt(s + least)))];
        }
        return geometry;
    }

    /// <summary>Root mean square of a head's mini-batch gradients over that in <see cref="Scale"/>.</summary>
    /// <param name="task">Its task.</param>
    /// <param name="rows">Rows that a subset with the task is trained on.</param>
    public double RelativeSize(int task, int rows)
    {
        double Square(int all) => _means[task] + _variances[task] / RowsInBatch(task, all);
        double usual = Square(UsualRows(task));
        return usual > 0 ? Math.Sqrt(Square(rows) / usual) : 1;
    }

    // All rows where tasks share them, as many times its own as the subset has members where each row belongs to one
    // task.
    private int UsualRows(int task) =>
        (int)Math.Min(_observed.Count, (long)AffinitySubsets.DefaultSize(_means.Length) * _observed.Counts[task]);

    private double RowsInBatch(int task, int rows) =>
        Math.Max(1, Math.Min(_batchSize, rows) * (double)_observed.Counts[task] / rows);
}
