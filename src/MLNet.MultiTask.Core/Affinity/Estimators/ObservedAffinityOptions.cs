namespace MLNet.MultiTask;

/// <summary>
/// What the options of affinity estimators that look on while one network of all tasks is trained have in common.
/// </summary>
public abstract record ObservedAffinityOptions : TrainedAffinityOptions
{
    /// <summary>
    /// Steps of training that are looked at; training ends with them. What is seen depends on the stage: early, tasks
    /// that can share pull the shared layers the same way; once the network has fitted what they share, their gradients
    /// are what is left, and can turn against one another.
    /// </summary>
    /// <value>The default value is 100; at least 1; null = all of training, as published.</value>
    public int? Steps { get; init; } = 100;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Check(Steps is null or >= 1, nameof(Steps), Steps, "at least 1, or null");
    }

    /// <summary>How the network that is looked at is trained.</summary>
    internal TrainingOptions ObservedTraining()
    {
        TrainingOptions training = RunTraining(0, Threads);
        return Steps is { } steps && !(training.MaxSteps < steps) ? training with { MaxSteps = steps } : training;
    }
}
