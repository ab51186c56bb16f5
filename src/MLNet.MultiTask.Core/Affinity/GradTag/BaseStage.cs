namespace MLNet.MultiTask;

/// <summary>Where in its training the base networks of a gradient-based estimate are taken.</summary>
public enum BaseStage
{
    /// <summary>The best validation epoch: the affinity follows fine-tuning of a finished network.</summary>
    BestValidation,

    /// <summary>
    /// Where the mean validation loss has fallen by <see cref="GradTagOptions.StageShare"/> of all it falls, amid
    /// learning: the affinity says who is learnt together. Nothing is trained beyond the base networks; nothing tells
    /// whether it is right.
    /// </summary>
    Early,

    /// <summary>
    /// As <see cref="Early"/>, and some subsets are really trained from fresh weights
    /// (<see cref="GradTagOptions.StageProbes"/>): the estimates are corrected by them as far as they disagree, and
    /// diagnostics and warnings say how far that is. Predictions are mean validation losses over the course of
    /// learning.
    /// </summary>
    Automatic,
}
