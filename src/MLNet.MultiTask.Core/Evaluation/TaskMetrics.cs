namespace MLNet.MultiTask;

/// <summary>The metrics of one task over its observed labels.</summary>
public sealed record TaskMetrics : MetricValues
{
    /// <summary>The task.</summary>
    public required TaskInfo Task { get; init; }

    /// <summary>Rows with a label (and a positive weight) and a score; the metrics are over these.</summary>
    public required int ObservedCount { get; init; }

    /// <summary>Rows without a label, skipped.</summary>
    public required int MissingCount { get; init; }

    /// <summary>
    /// Rows with a label whose score is not finite: left out of every metric, so these flatter a model that gives up on
    /// hard rows.
    /// </summary>
    public int UnscoredCount { get; init; }

    /// <summary>Binary and multi-class: which class was taken for which; null otherwise.</summary>
    public ConfusionMatrix? ConfusionMatrix { get; init; }

    /// <summary>
    /// Binary: probabilities beside shares of positives in ten bins of equal width; null otherwise.
    /// </summary>
    public ReliabilityCurve? ReliabilityCurve { get; init; }

    /// <summary>The metric that Δm compares: AUC (binary), log-loss (multi-class) or RMSE (regression).</summary>
    public double Primary => Task.Kind switch
    {
        TaskKind.Binary => AreaUnderRocCurve,
        TaskKind.Multiclass => LogLoss,
        _ => RootMeanSquaredError,
    };

    /// <summary>
    /// Relative gain of <see cref="Primary"/> over a reference in percent, positive is better;
    /// NaN where either is undefined or the reference is 0.
    /// </summary>
    /// <param name="reference">The same task's metrics under the model to compare with.</param>
    public double GainOver(TaskMetrics reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        if (!(reference.Primary > 0))
            return double.NaN;
        double gain = Task.Kind == TaskKind.Binary ? Primary - reference.Primary : reference.Primary - Primary;
        return 100 * gain / reference.Primary;
    }
}
