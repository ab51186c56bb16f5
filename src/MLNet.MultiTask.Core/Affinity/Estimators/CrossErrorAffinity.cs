using MLNet.MultiTask.Data;
using MLNet.MultiTask.Trees;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Cross error (after RMB-CLE, 2026): one small forest per task, and how well it predicts the other tasks' held-out
/// rows. T[i, j] = 1 − L(labels of i, forest of j) / L⁰ᵢ, the share of task i's trivial loss that task j's forest
/// explains, at least −1; regressions are compared standardised. Needs no joint training and no row with two labels, so
/// it suits task-indexed data. Tasks of different kinds or numbers of classes cannot predict one another: such
/// pairs are not measured.
/// </summary>
public sealed class CrossErrorAffinity : ITaskAffinityEstimator
{
    private readonly ForestAffinityOptions _options;

    /// <summary>Takes the options.</summary>
    /// <param name="options">Null = the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public CrossErrorAffinity(ForestAffinityOptions? options = null)
    {
        _options = options ?? new();
        _options.Validate();
    }

    /// <inheritdoc/>
    public string Name => "Cross error";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A task cannot be learned or measured (it is named).</exception>
    public TaskAffinity Estimate(TaskTable table, RowSplit split, CancellationToken cancellationToken = default)
    {
        BoostedForest[] forests = SingleTaskForests.Train(table, split, _options, cancellationToken);
        int n = forests.Length;
        var values = new double[n * n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                values[i * n + j] = Explained(table, split, i, forests[i], forests[j]);
        var unmeasured = new UnmeasuredPairs(table.Tasks, (i, j) => !CanPredict(forests[j], table.Tasks[i]),
            "tasks of different kinds, or with other numbers of classes, cannot predict one another");
        return new TaskAffinity([.. table.Tasks.Select(t => t.Name)], values, Name)
        {
            Unmeasured = unmeasured.Cells,
            Warnings = unmeasured.Warnings,
        };
    }

    private static bool CanPredict(BoostedForest forest, TaskInfo task) =>
        forest.Tasks[0].Kind == task.Kind && forest.OutputCount == task.OutputCount;

    private static double Explained(TaskTable table, RowSplit split, int task, BoostedForest own, BoostedForest other)
    {
        TaskInfo info = table.Tasks[task];
        if (!CanPredict(other, info))
            return 0;
        int[] rows = [.. split.Validation.Where(r => table.IsObserved(r, task))];
        var features = new float[rows.Length * table.FeatureCount];
        table.Features.CopyRows(rows, features);
        var scores = new float[rows.Length * info.OutputCount];
        other.Score(features, rows.Length, scores, []);
        double loss = 0, weights = 0;
        for (int r = 0; r < rows.Length; r++)
        {
            double weight = table.Weight(rows[r], task);
            weights += weight;
            loss += weight * Loss(info, table.Label(rows[r], task), scores.AsSpan(r * info.OutputCount,
                info.OutputCount), own, other);
        }
        double trivial = TrivialLoss.Of(table, task, split.Train, split.Validation);
        return Math.Max(-1, 1 - loss / weights / trivial);
    }

    private static double Loss(TaskInfo task, float label, ReadOnlySpan<float> score, BoostedForest own,
        BoostedForest other)
    {
        if (task.Kind == TaskKind.Regression)
        {
            // What the other forest says in deviations from its mean, in this task's units.
            double moved = (score[0] - other.TargetMeans[0]) / other.TargetScales[0] * own.TargetScales[0];
            double error = moved + own.TargetMeans[0] - label;
            return error * error;
        }
        double p = task.Kind == TaskKind.Binary ? label > 0.5f ? score[0] : 1 - score[0] : score[(int)label];
        return -Math.Log(Math.Max(p, TrivialLoss.LeastProbability));
    }
}
