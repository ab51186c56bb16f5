namespace MLNet.MultiTask.Training;

/// <summary>Weighs tasks by one over their loss.</summary>
internal sealed class InverseLossRun : ILossWeighting
{
    public void Weigh(in WeightingStep step, Span<double> weights)
    {
        for (int i = 0; i < weights.Length; i++)
            weights[i] = 1 / Math.Max(step.Losses[i], LossFloor.Least);
        WeightScale.ToTaskCount(weights);
    }
}
