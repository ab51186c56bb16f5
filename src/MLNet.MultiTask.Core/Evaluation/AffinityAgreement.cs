namespace MLNet.MultiTask.Evaluation;

/// <summary>
/// How estimates agree with one kind of truth over hold-out subsets S and their members i; f is a validation loss.
/// </summary>
public sealed record AffinityAgreement
{
    /// <summary>Σ|f̂ − f| / Σ|f|; NaN where the estimator predicts no losses.</summary>
    public required double RelativeError { get; init; }

    /// <summary>
    /// The same for the estimate "task i's loss in the base network, whatever S": what doing nothing reaches.
    /// </summary>
    public required double TrivialRelativeError { get; init; }

    /// <summary>
    /// The relative error that the noise of the truth leaves to an estimate which knows what to expect of every run: no
    /// other can be expected to be below. NaN for one run.
    /// </summary>
    public required double NoiseFloor { get; init; }

    /// <summary>Pearson correlation over all pairs; dominated by how hard the tasks are.</summary>
    public required double Pearson { get; init; }

    /// <summary>
    /// Pearson correlation after centring f̂ and f per task: whether it is known which company suits a task.
    /// </summary>
    public required double WithinTaskPearson { get; init; }

    /// <summary>Spearman correlation after centring per task.</summary>
    public required double WithinTaskSpearman { get; init; }

    /// <summary>
    /// √reliability of the truth: no estimate can be expected to correlate better within tasks. NaN for one run.
    /// </summary>
    public required double NoiseCeiling { get; init; }

    /// <summary>
    /// Share of the pairs whose loss lies within the 90 % interval of its prediction; near 0.9 where standard errors
    /// are honest. NaN where the estimator gives none.
    /// </summary>
    public double Coverage { get; init; } = double.NaN;

    /// <summary>
    /// Average density, on the truth's affinity, of the grouping found from the truth minus that of the grouping found
    /// from the estimates; both affinities from the hold-out subsets, rows standardised.
    /// </summary>
    public required double GroupingRegret { get; init; }

    /// <summary>
    /// Floating-point operations of estimating <see cref="AffinityValidationOptions.CostSubsets"/> subsets over those
    /// of really training them in this way, once each, by formula; NaN where the estimator does not count its
    /// operations.
    /// </summary>
    public required double FlopsRatio { get; init; }

    /// <summary>The same for wall time, measured; both sides are extrapolated from the hold-out subsets.</summary>
    public required double TimeRatio { get; init; }

    /// <summary>Seconds of one real run of one subset.</summary>
    public required double SecondsPerSubset { get; init; }

    /// <summary>Real runs averaged.</summary>
    public required int Runs { get; init; }
}
