using MLNet.MultiTask.Numerics;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// Random loss weighting (Lin et al. 2022, Algorithm 1): softmax of standard normal numbers, new in every step. A cheap
/// baseline that costlier methods should beat.
/// </summary>
public sealed record RandomLossWeighting : TaskWeighting
{
    /// <inheritdoc/>
    public override string Name => "rlw";

    /// <inheritdoc/>
    public override IWeightingRun Start(WeightingStart start) => new Run(start.Seed);

    private sealed class Run(ulong seed) : ILossWeighting
    {
        public void Weigh(in WeightingStep step, Span<double> weights)
        {
            // A stream per task: a task's number does not depend on which others take part.
            for (int i = 0; i < weights.Length; i++)
            {
                var random = new RandomStream(seed + (ulong)step.Tasks[i], "rlw", step.Number);
                weights[i] = random.NextNormal();
            }
            SoftMax.Replace(weights);
            WeightScale.ToTaskCount(weights);
        }
    }
}
