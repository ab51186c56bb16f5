using MLNet.MultiTask.Data;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Label injection (after Azorin et al., 2023): each task is trained alone, then again with the label of another task
/// as additional input. T[i, j] = relative drop of task i's validation loss when it may read the label of j: an upper
/// bound of what j can teach, good for screening. The diagonal is 0. All networks of a run have the same inputs (the
/// additional ones are 0 where nothing is injected), initial weights and batches. A label that is not observed is
/// injected as 0, which is its mean; pairs without a training row in common are not measured.
/// </summary>
/// <param name="options">How networks are trained, how often.</param>
public sealed class LabelInjectionAffinity(LabelInjectionOptions options) : ITaskAffinityEstimator
{
    private readonly LabelInjectionOptions _options = options ?? throw new ArgumentNullException(nameof(options));

    /// <inheritdoc/>
    public string Name => "Label injection";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// A task has no observed training or validation row (it is named), or cannot be learned.
    /// </exception>
    /// <exception cref="TrainingDivergedException">A task's loss became infinite or NaN.</exception>
    public TaskAffinity Estimate(TaskTable table, RowSplit split, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(split);
        _options.Validate();
        ObservedTasks.ThrowIfAbsent(table, split);
        int n = table.Tasks.Count, width = table.Tasks.Max(Width);
        float[][] labels = [.. Enumerable.Range(0, n).Select(j => Encode(table, split.Train, j, width))];
        double[] losses = ParallelRuns.Map(_options.Runs * n * n, _options.Threads, k =>
        {
            int run = k / (n * n), target = k / n % n, source = k % n;
            TaskTable injected = Inject(table, target, width, source == target ? null : labels[source]);
            TrainingResult result =
                NetworkTrainer.Train(injected, split, [0], _options.RunTraining(run, threads: 1), cancellationToken);
            return result.Epochs[result.BestEpoch - 1].TaskValidationLosses[0];
        }, cancellationToken);
        var values = new double[n * n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                values[i * n + j] = Gain(Mean(losses, i * n + i), Mean(losses, i * n + j));
        var unmeasured = new UnmeasuredPairs(table.Tasks, (i, j) => !Array.Exists(split.Train, r =>
                table.IsObserved(r, i) && labels[j].AsSpan(r * width, width).ContainsAnyExcept(0)),
            "no training row of the one holds a label of the other that varies");
        return new TaskAffinity([.. table.Tasks.Select(t => t.Name)], values, Name)
        {
            Unmeasured = unmeasured.Cells,
            Warnings = unmeasured.Warnings,
            Diagnostics = new Dictionary<string, double> { ["networks"] = losses.Length },
        };

        double Mean(double[] all, int pair) =>
            Enumerable.Range(0, _options.Runs).Average(run => all[run * n * n + pair]);
    }

    private static double Gain(double alone, double injected) => alone > 0 ? 1 - injected / alone : 0;

    private static int Width(TaskInfo task) => task.Kind == TaskKind.Multiclass ? task.OutputCount : 1;

    /// <summary>
    /// n×width: one column per class, or one; each with mean 0 and deviation 1 over the training rows, 0 where not
    /// observed.
    /// </summary>
    private static float[] Encode(TaskTable table, int[] train, int task, int width)
    {
        var columns = new float[table.RowCount * width];
        bool classes = table.Tasks[task].Kind == TaskKind.Multiclass;
        for (int c = 0; c < Width(table.Tasks[task]); c++)
        {
            double Value(int row) => classes ? (table.Label(row, task) == c ? 1 : 0) : table.Label(row, task);
            int[] observed = Array.FindAll(train, r => table.IsObserved(r, task));
            double mean = observed.Average(Value);
            double deviation = Math.Sqrt(observed.Average(r => Math.Pow(Value(r) - mean, 2)));
            for (int row = 0; row < table.RowCount; row++)
                if (deviation > 0 && table.IsObserved(row, task))
                    columns[row * width + c] = (float)((Value(row) - mean) / deviation);
        }
        return columns;
    }

    private static TaskTable Inject(TaskTable table, int target, int width, float[]? source)
    {
        int d = table.FeatureCount;
        var features = new FeatureMatrixBuilder(d + width);
        float[] cells = new float[d + width], labels = new float[table.RowCount], weights = new float[table.RowCount];
        for (int row = 0; row < table.RowCount; row++)
        {
            table.Features.CopyRows([row], cells);
            source?.AsSpan(row * width, width).CopyTo(cells.AsSpan(d));
            features.Add(cells);
            (labels[row], weights[row]) = (table.Label(row, target), table.Weight(row, target));
        }
        return new TaskTable(features.Build(), [table.Tasks[target]], labels, weights);
    }
}
