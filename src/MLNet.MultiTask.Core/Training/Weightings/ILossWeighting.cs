namespace MLNet.MultiTask.Training;

/// <summary>Weighs tasks by what their losses say; one backward pass a step.</summary>
public interface ILossWeighting : IWeightingRun
{
    /// <summary>Whether <see cref="AfterStep"/> is wanted, which costs one more forward pass.</summary>
    bool NeedsLossesAfterStep => false;

    /// <summary>Gives the weight of every participating task's loss; the network descends the mean of
    /// weight·loss over them.</summary>
    /// <param name="step">The batch.</param>
    /// <param name="weights">One for each of <see cref="WeightingStep.Tasks"/>, finite.</param>
    void Weigh(in WeightingStep step, Span<double> weights);

    /// <summary>The same tasks' losses on the same rows, after the step.</summary>
    void AfterStep(in WeightingStep step)
    {
    }
}
