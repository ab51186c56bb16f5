using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Affinity;

/// <summary>Subsets really trained or predicted, and the ridge penalty that predicts left-out ones best.</summary>
internal sealed class SurrogateFit
{
    private static readonly double[] Penalties = [1e-3, 1e-2, 1e-1, 1, 10, 100];

    private SurrogateFit(SubsetDesign[] targets, double ridge, double error) =>
        (Targets, Ridge, LeaveOneOutError) = (targets, ridge, error);

    /// <summary>One per task.</summary>
    public SubsetDesign[] Targets { get; }

    public double Ridge { get; }

    /// <summary>
    /// Mean squared error on left-out subsets over the variance of the losses, mean over tasks; below 1 beats the mean
    /// loss.
    /// </summary>
    public double LeaveOneOutError { get; }

    /// <summary>Trains or predicts the subsets and chooses the penalty.</summary>
    /// <param name="table">All tasks' data.</param>
    /// <param name="split">Rows to fit on and to measure on.</param>
    /// <param name="options">How.</param>
    /// <param name="leaveOneOut">Errors of a target's left-out subsets at a penalty.</param>
    /// <param name="cancellationToken">Looked at every batch.</param>
    public static SurrogateFit Train(TaskTable table, RowSplit split, SurrogateOptions options,
        Func<SubsetDesign, double, double[]> leaveOneOut, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(split);
        int n = table.Tasks.Count;
        int[][] subsets = options.Draw(n, cancellationToken);
        double[][] losses = options.Predicted is { } predicted && n > 1
            ? Predict(table, split, subsets, predicted, cancellationToken)
            : SubsetRetraining.MeanLosses(table, split, subsets, options, cancellationToken);
        SubsetDesign[] targets = [.. Enumerable.Range(0, n).Select(i => new SubsetDesign(i, n, subsets, losses))];
        return Choose(targets, options.Ridge is { } ridge ? [ridge] : Penalties, leaveOneOut, options.Threads,
            cancellationToken);
    }

    private static double[][] Predict(TaskTable table, RowSplit split, int[][] subsets, GradTagOptions options,
        CancellationToken cancellationToken)
    {
        Func<IReadOnlyList<int>, double[]> predict =
            new GradTagAffinity(options with { Subsets = 0 }).Estimate(table, split, cancellationToken).PredictGroup!;
        return ParallelRuns.Map(subsets.Length, options.Threads, s => predict(subsets[s]), cancellationToken);
    }

    /// <summary>
    /// The largest of some penalties that predicts left-out subsets within 1 % as well as the best one.
    /// </summary>
    public static SurrogateFit Choose(SubsetDesign[] targets, IReadOnlyList<double> penalties,
        Func<SubsetDesign, double, double[]> leaveOneOut, int? threads, CancellationToken cancellationToken)
    {
        double[] errors = ParallelRuns.Map(penalties.Count, threads, p =>
        {
            double sum = 0;
            int varying = 0;
            foreach (SubsetDesign target in targets)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (target.Deviation == 0 || target.Losses.Length < 2)
                    continue;
                sum += leaveOneOut(target, penalties[p]).Average(e => e * e) / (target.Deviation * target.Deviation);
                varying++;
            }
            return varying == 0 ? 0 : sum / varying;
        }, cancellationToken);
        double limit = errors.Min() * 1.01;
        int best = Array.FindLastIndex(errors, e => e <= limit);
        return new SurrogateFit(targets, penalties[best], errors[best]);
    }

    /// <summary>
    /// Affinity = what a source takes off the target's loss; 0 on the diagonal and for a target whose loss never
    /// varies.
    /// </summary>
    /// <param name="table">The data.</param>
    /// <param name="method">The estimator's name.</param>
    /// <param name="effects">T×T: what adding source j changes in the loss of target i.</param>
    /// <param name="options">Their <see cref="HigherOrderOptions.Standardize"/> decides on units; of two tasks they
    /// are the loss's.</param>
    /// <param name="predictGroup">Handed on.</param>
    public TaskAffinity ToAffinity(TaskTable table, string method, ReadOnlySpan<double> effects,
        SurrogateOptions options,
        Func<IReadOnlyList<int>, double[]> predictGroup)
    {
        int n = Targets.Length;
        var diagnostics = new Dictionary<string, double> { ["ridge"] = Ridge, ["leaveOneOutError"] = LeaveOneOutError };
        if (options.Predicted is null || n == 1)
            diagnostics["runs"] = options.Runs;
        bool standardize = options.Standardize && n != 2;
        var values = new double[n * n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                if (i != j && Targets[i].Deviation > 0)
                    values[i * n + j] = -effects[i * n + j] / (standardize ? Targets[i].Deviation : 1);
        var unmeasured = new UnmeasuredPairs(table.Tasks, (i, _) => Targets[i].Losses.Length < 2,
            "only one subset held the one");
        return new TaskAffinity([.. table.Tasks.Select(t => t.Name)], values, method)
        {
            Unmeasured = unmeasured.Cells,
            Warnings = unmeasured.Warnings,
            PredictGroup = predictGroup,
            Diagnostics = diagnostics,
        };
    }
}
