namespace MLNet.MultiTask.Training;

/// <summary>Weighs losses by what a step with the weights does to the losses of other rows.</summary>
internal interface IHeldOutWeighting : ILossWeighting
{
    /// <summary>Learns before the weights of a step are asked for.</summary>
    /// <param name="step">The batch.</param>
    /// <param name="slopes">Per participating task: change of the other rows' loss by its weight.</param>
    void Learn(in WeightingStep step, ReadOnlySpan<double> slopes);
}
