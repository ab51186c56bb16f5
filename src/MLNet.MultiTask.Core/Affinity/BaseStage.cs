namespace MLNet.MultiTask;

/// <summary>After which epoch the base networks of a gradient-based estimate are taken.</summary>
public enum BaseStage
{
    /// <summary>The best validation epoch: the affinity follows fine-tuning of a finished network.</summary>
    BestValidation,

    /// <summary>
    /// The stage whose estimates agree best with some subsets really trained from scratch: the affinity follows learning from the start,
    /// which is what a grouping needs.
    /// </summary>
    Automatic,
}
