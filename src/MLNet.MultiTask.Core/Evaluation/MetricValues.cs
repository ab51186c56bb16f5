namespace MLNet.MultiTask;

/// <summary>
/// Metrics by name; NaN where a metric is not defined for the kind of task or for the labels at hand.
/// </summary>
public record MetricValues
{
    /// <summary>
    /// Binary: area under the ROC curve, ties by average rank; in [0, 1]. Undefined when only one class is observed.
    /// </summary>
    public double Auc { get; init; } = double.NaN;

    /// <summary>
    /// Binary: area under the precision–recall curve as average precision, Σ (Rₙ − Rₙ₋₁)·Pₙ; in [0, 1].
    /// </summary>
    public double AreaUnderPrecisionRecall { get; init; } = double.NaN;

    /// <summary>Binary (threshold 0.5) and multi-class (most probable class): share of right predictions.</summary>
    public double Accuracy { get; init; } = double.NaN;

    /// <summary>
    /// Binary: F1 of the positive class; multi-class: mean F1 of the classes that are observed or predicted.
    /// </summary>
    public double F1 { get; init; } = double.NaN;

    /// <summary>Binary and multi-class: mean of −ln max(p(observed class), 10⁻⁶), in nats; lower is better.</summary>
    public double LogLoss { get; init; } = double.NaN;

    /// <summary>
    /// Multi-class: AUC of 1 − p(reference class) for "is another class"; see <see cref="ConstantPredictor"/>.
    /// </summary>
    public double AucRest { get; init; } = double.NaN;

    /// <summary>Regression: root of the mean squared error, in the label's units; lower is better.</summary>
    public double Rmse { get; init; } = double.NaN;

    /// <summary>Regression: mean absolute error, in the label's units; lower is better.</summary>
    public double Mae { get; init; } = double.NaN;

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
        new("auc", Auc), new("auprc", AreaUnderPrecisionRecall), new("accuracy", Accuracy), new("f1", F1),
        new("logloss", LogLoss),
        new("auc_rest", AucRest), new("rmse", Rmse), new("mae", Mae), new("r2", RSquared), new("rrmse", RelativeRmse),
    ];
}
