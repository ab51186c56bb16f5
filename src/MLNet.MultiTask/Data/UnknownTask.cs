namespace MLNet.MultiTask;

/// <summary>How a row of task-indexed data is scored when its task id was not there in training.</summary>
public enum UnknownTask
{
    /// <summary>The score is missing: NaN, predicted label false or key 0.</summary>
    Missing,

    /// <summary>
    /// The mean over all tasks of the score (logit, class probabilities or value): what a pooled model would say.
    /// </summary>
    Average,
}
