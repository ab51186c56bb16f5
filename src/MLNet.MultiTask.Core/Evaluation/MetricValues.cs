namespace MLNet.MultiTask;

/// <summary>
/// Metrics by name; NaN where a metric is not defined for the kind of task or for the labels at hand.
/// </summary>
public record MetricValues
{
    /// <summary>
    /// Binary: area under the ROC curve, ties by average rank; in [0, 1]. Undefined when only one class is observed.
    /// </summary>
    public double AreaUnderRocCurve { get; init; } = double.NaN;

    /// <summary>
    /// Binary: area under the precision–recall curve as average precision, Σ (Rₙ − Rₙ₋₁)·Pₙ; in [0, 1]. NaN where
    /// only one class is observed.
    /// </summary>
    public double AreaUnderPrecisionRecallCurve { get; init; } = double.NaN;

    /// <summary>
    /// Binary (score at the threshold, a half unless told otherwise) and multi-class (most probable class): share of
    /// right predictions.
    /// </summary>
    public double Accuracy { get; init; } = double.NaN;

    /// <summary>Multi-class: <see cref="Accuracy"/> under ML.NET's name.</summary>
    public double MicroAccuracy { get; init; } = double.NaN;

    /// <summary>Multi-class: mean over the observed classes of the share that is found.</summary>
    public double MacroAccuracy { get; init; } = double.NaN;

    /// <summary>Binary: share of the cells predicted true that are; undefined where none is.</summary>
    public double PositivePrecision { get; init; } = double.NaN;

    /// <summary>Binary: share of the true cells that are predicted true.</summary>
    public double PositiveRecall { get; init; } = double.NaN;

    /// <summary>Binary: share of the cells predicted false that are; undefined where none is.</summary>
    public double NegativePrecision { get; init; } = double.NaN;

    /// <summary>Binary: share of the false cells that are predicted false.</summary>
    public double NegativeRecall { get; init; } = double.NaN;

    /// <summary>
    /// Binary: F1 of the positive class; multi-class: mean F1 of the classes that are observed or predicted.
    /// </summary>
    public double F1Score { get; init; } = double.NaN;

    /// <summary>Binary and multi-class: mean of −ln max(p(observed class), 10⁻⁶), in nats; lower is better.</summary>
    public double LogLoss { get; init; } = double.NaN;

    /// <summary>
    /// Binary: the same mean in bits, as ML.NET's evaluator of calibrated binary models gives it (log₂; nats / ln 2).
    /// </summary>
    public double LogLossBits { get; init; } = double.NaN;

    /// <summary>
    /// Multi-class: AUC of 1 − p(reference class) for "is another class"; see <see cref="ConstantPredictor"/>.
    /// </summary>
    public double AucRest { get; init; } = double.NaN;

    /// <summary>Regression: root of the mean squared error, in the label's units; lower is better.</summary>
    public double RootMeanSquaredError { get; init; } = double.NaN;

    /// <summary>Regression: mean absolute error, in the label's units; lower is better.</summary>
    public double MeanAbsoluteError { get; init; } = double.NaN;

    /// <summary>
    /// Regression: 1 − mean squared error / variance of the observed labels. Undefined for constant labels.
    /// </summary>
    public double RSquared { get; init; } = double.NaN;

    /// <summary>
    /// Regression: RMSE divided by the RMSE of the reference mean on the same rows; below 1 beats it. Its mean over
    /// tasks is aRRMSE (Spyromitros-Xioufis et al. 2016).
    /// </summary>
    public double RelativeRmse { get; init; } = double.NaN;

    /// <summary>Every metric with the short name that tables and files use, in a fixed order; NaN included.</summary>
    public IEnumerable<KeyValuePair<string, double>> Named() =>
    [
        new("auc", AreaUnderRocCurve), new("auprc", AreaUnderPrecisionRecallCurve), new("accuracy", Accuracy),
        new("f1", F1Score),
        new("logloss", LogLoss),
        new("auc_rest", AucRest), new("rmse", RootMeanSquaredError),
        new("mae", MeanAbsoluteError), new("r2", RSquared), new("rrmse", RelativeRmse),
    ];
}
