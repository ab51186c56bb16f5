using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.MultiTask;

/// <summary>What every estimator that reads tasks from data is told.</summary>
public abstract class MultiTaskOptions
{
    internal const double DefaultValidationFraction = 0.2;

    /// <summary>The tasks.</summary>
    /// <value>At least one; names unique.</value>
    public IReadOnlyList<TaskColumn> Tasks { get; set; } = [];

    /// <summary>The column of features, a <c>Vector&lt;Single&gt;</c> of known size.</summary>
    /// <value>The default value is "Features".</value>
    public string FeatureColumnName { get; set; } = "Features";

    /// <summary>Share of the rows that is not fitted but decides: when training stops, what a task gains.</summary>
    /// <value>The default value is 0.2; from 0 to below 1.</value>
    public double ValidationFraction { get; set; } = DefaultValidationFraction;

    /// <summary>
    /// A column of text, keys, numbers or Booleans: rows with equal values are never on both sides of a split, such as
    /// the rows of one customer. Values are hashed; a missing one keeps its row to itself.
    /// </summary>
    /// <value>The default value is null: every row for itself.</value>
    public string? SamplingKeyColumnName { get; set; }

    /// <summary>Whether the rows are in order of time, so that the last ones are held out.</summary>
    /// <value>The default value is false: rows are held out at random.</value>
    public bool IsOrderedByTime { get; set; }

    /// <summary>What becomes of tasks whose training rows hold no label, one class, or one target only.</summary>
    /// <value>
    /// The default value is <see cref="UnlearnableTasks.SetAside"/>: they score a constant, and a warning names them.
    /// </value>
    public UnlearnableTasks Unlearnable { get; set; }

    /// <summary>
    /// Whether a feature may be the label of a task, by the names of columns and slots. Such a model only learns to
    /// copy, unless the label is known when rows are scored.
    /// </summary>
    /// <value>The default value is false: an error names all such features.</value>
    public bool AllowLabelsAsFeatures { get; set; }

    /// <summary>Seed of everything random.</summary>
    /// <value>
    /// The default value is null: drawn from the <see cref="MLContext"/> when the estimator is made, so it follows the
    /// context's seed, but also how many components were made before. Set it to be independent of those.
    /// </value>
    public int? Seed { get; set; }

    /// <summary>
    /// Told how far a fit has come: after every epoch (trainers) or at the begin of every phase (affinities), on a
    /// thread of the fit, one call at a time. The log is told the same as traces.
    /// </summary>
    /// <value>The default value is null: nobody besides the log is told.</value>
    public IProgress<FitProgress>? FitProgress { get; set; }

    /// <summary>Looked at every batch.</summary>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>Whether features may be NaN.</summary>
    internal virtual bool AllowsMissingFeatures => false;

    internal virtual void Validate()
    {
        TaskColumn.Checked(Tasks);
        ArgumentException.ThrowIfNullOrEmpty(FeatureColumnName);
        if (ValidationFraction is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(ValidationFraction), ValidationFraction,
                $"{nameof(ValidationFraction)} must be from 0 to below 1");
    }

    internal ulong SeedOr(IHost host) => unchecked((ulong)(long)(Seed ?? host.Rand.Next()));
}
