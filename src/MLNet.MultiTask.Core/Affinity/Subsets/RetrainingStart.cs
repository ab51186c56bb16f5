namespace MLNet.MultiTask;

/// <summary>Where really training a subset of tasks starts; it decides what "true" affinity means.</summary>
public enum RetrainingStart
{
    /// <summary>From fresh weights, with early stopping: what grouped training will do.</summary>
    FromScratch,

    /// <summary>
    /// From a network trained on all tasks, for a fixed number of epochs: what first-order estimates predict.
    /// </summary>
    FineTuned,
}
