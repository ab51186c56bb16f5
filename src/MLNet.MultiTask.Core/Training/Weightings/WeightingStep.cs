namespace MLNet.MultiTask.Training;

/// <summary>One batch as a weighting sees it. Only tasks with a label in the batch take part.</summary>
/// <param name="tasks">Numbers of the p tasks that take part, ascending.</param>
/// <param name="losses">Their p weighted mean losses.</param>
/// <param name="number">Number of the step, from 1.</param>
/// <param name="learningRate">Step size of the network's optimiser in this step.</param>
public readonly ref struct WeightingStep(ReadOnlySpan<int> tasks, ReadOnlySpan<double> losses, int number,
    float learningRate)
{
    /// <summary>Numbers of the p tasks that take part, ascending.</summary>
    public ReadOnlySpan<int> Tasks { get; } = tasks;

    /// <summary>Per participating task: its weighted mean loss over the batch.</summary>
    public ReadOnlySpan<double> Losses { get; } = losses;

    /// <summary>Number of the step, from 1; with the seed it names a stream of random numbers.</summary>
    public int Number { get; } = number;

    /// <summary>Step size of the network's optimiser in this step.</summary>
    public float LearningRate { get; } = learningRate;
}
