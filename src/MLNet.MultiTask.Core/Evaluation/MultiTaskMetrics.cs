using MLNet.MultiTask.Evaluation;

namespace MLNet.MultiTask;

/// <summary>How well all tasks are predicted: one <see cref="TaskMetrics"/> per task, and their mean.</summary>
public sealed class MultiTaskMetrics
{
    private MultiTaskMetrics(IReadOnlyList<TaskMetrics> tasks) => (Tasks, Macro) = (tasks, MeanOf(tasks));

    /// <summary>One entry per task, in task order.</summary>
    public IReadOnlyList<TaskMetrics> Tasks { get; }

    /// <summary>Plain mean over the tasks for which a metric is defined; NaN where it is for none.</summary>
    public MetricValues Macro { get; }

    /// <summary>
    /// Scores are held against labels; cells without a label (NaN) or with weight 0 are left out and counted.
    /// </summary>
    /// <param name="tasks">The T tasks, names, kinds and classes.</param>
    /// <param name="scores">
    /// n×(sum of output counts), row-major, in task order: P(1) for a binary task, class probabilities for a
    /// multi-class one, the value in the label's units for a regression. Cells with a score that is not finite are left
    /// out and counted (<see cref="TaskMetrics.UnscoredCount"/>).
    /// </param>
    /// <param name="labels">n×T, row-major; NaN = not observed.</param>
    /// <param name="weights">n×T, row-major, ≥ 0; empty = all 1.</param>
    /// <param name="reference">
    /// The trivial predictor behind <see cref="MetricValues.RelativeRmse"/> and <see cref="MetricValues.AucRest"/>,
    /// learned on training rows; null = the mean, or most frequent class, of the very labels that are scored.
    /// </param>
    /// <param name="decisions">
    /// n×T, row-major: the predicted labels of binary tasks, 1 or 0; empty = true from a probability of a half up.
    /// </param>
    /// <exception cref="ArgumentException">
    /// Lengths disagree, or a weight is negative or not finite (task and row are named).
    /// </exception>
    public static MultiTaskMetrics Evaluate(
        IReadOnlyList<TaskInfo> tasks, ReadOnlySpan<float> scores, ReadOnlySpan<float> labels,
        ReadOnlySpan<float> weights = default, ConstantPredictor? reference = null,
        ReadOnlySpan<float> decisions = default)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        int outputs = tasks.Sum(t => t.OutputCount);
        int rows = ScoredCells.RowCount(tasks, outputs, scores, labels, weights);
        if (!decisions.IsEmpty && decisions.Length != labels.Length)
            throw new ArgumentException($"{decisions.Length} decisions given, {labels.Length} expected",
                nameof(decisions));
        reference ??= ConstantPredictor.Learn(tasks, labels, weights);
        var metrics = new TaskMetrics[tasks.Count];
        for (int t = 0, offset = 0; t < tasks.Count; offset += tasks[t++].OutputCount)
        {
            ScoredCells cells = ScoredCells.Gather(tasks, t, offset, outputs, scores, labels, weights,
                decisions);
            metrics[t] = Measure(cells, rows - cells.Count - cells.UnscoredCount, reference.Outputs(t));
        }
        return new MultiTaskMetrics(metrics);
    }

    /// <summary>
    /// Δm: mean over tasks of the relative gain in percent over a reference (Maninis et al. 2019), in AUC, log-loss or
    /// RMSE by kind of task; positive is better. Tasks without a gain (<see cref="TaskMetrics.GainOver"/>) are left
    /// out.
    /// </summary>
    /// <param name="reference">The same tasks under another model, usually one model per task.</param>
    /// <exception cref="ArgumentException">The tasks differ in number or name.</exception>
    public double DeltaM(MultiTaskMetrics reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        if (!Tasks.Select(t => t.Task.Name).SequenceEqual(reference.Tasks.Select(t => t.Task.Name)))
            throw new ArgumentException("The reference holds other tasks", nameof(reference));
        return Mean(Tasks.Zip(reference.Tasks, (task, other) => task.GainOver(other)));
    }

    /// <summary>A table: a line per task, and the means.</summary>
    public override string ToString() => MetricTable.Format(this);

    /// <summary><see cref="Macro"/> without some tasks.</summary>
    internal MetricValues MacroWithout(IReadOnlyList<int> tasks) =>
        MeanOf(Tasks.Where((_, t) => !tasks.Contains(t)));

    private static TaskMetrics Measure(ScoredCells cells, int missing, ReadOnlySpan<double> reference)
    {
        var task = new TaskMetrics { Task = cells.Task, ObservedCount = cells.Count, MissingCount = missing,
            UnscoredCount = cells.UnscoredCount };
        if (cells.Count == 0)
            return task;
        return cells.Task.Kind switch
        {
            TaskKind.Binary => ClassificationMetrics.Binary(task, cells),
            TaskKind.Multiclass => ClassificationMetrics.Multiclass(task, cells, reference),
            _ => RegressionMetrics.Measure(task, cells, reference[0]),
        };
    }

    private static MetricValues MeanOf(IEnumerable<TaskMetrics> tasks) => new()
    {
        AreaUnderRocCurve = Mean(tasks.Select(t => t.AreaUnderRocCurve)),
        AreaUnderPrecisionRecallCurve = Mean(tasks.Select(t => t.AreaUnderPrecisionRecallCurve)),
        Accuracy = Mean(tasks.Select(t => t.Accuracy)),
        MicroAccuracy = Mean(tasks.Select(t => t.MicroAccuracy)),
        MacroAccuracy = Mean(tasks.Select(t => t.MacroAccuracy)),
        PositivePrecision = Mean(tasks.Select(t => t.PositivePrecision)),
        PositiveRecall = Mean(tasks.Select(t => t.PositiveRecall)),
        NegativePrecision = Mean(tasks.Select(t => t.NegativePrecision)),
        NegativeRecall = Mean(tasks.Select(t => t.NegativeRecall)),
        F1Score = Mean(tasks.Select(t => t.F1Score)),
        LogLoss = Mean(tasks.Select(t => t.LogLoss)),
        LogLossBits = Mean(tasks.Select(t => t.LogLossBits)),
        AucRest = Mean(tasks.Select(t => t.AucRest)),
        RootMeanSquaredError = Mean(tasks.Select(t => t.RootMeanSquaredError)),
        MeanAbsoluteError = Mean(tasks.Select(t => t.MeanAbsoluteError)),
        RSquared = Mean(tasks.Select(t => t.RSquared)),
        RelativeRmse = Mean(tasks.Select(t => t.RelativeRmse)),
    };

    private static double Mean(IEnumerable<double> values) =>
        values.Where(v => !double.IsNaN(v)).DefaultIfEmpty(double.NaN).Average();
}
