namespace MLNet.MultiTask.Affinity;

/// <summary>An estimator that predicts with linearised base networks.</summary>
internal interface IGradTagEstimator
{
    /// <summary>How they are trained and linearised.</summary>
    GradTagOptions Options { get; }
}
