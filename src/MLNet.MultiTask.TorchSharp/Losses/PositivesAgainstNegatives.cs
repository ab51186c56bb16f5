using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// What the contrastive losses share: −log(e^s / (e^s + Σ_n e^sₙ)) of every positive against all negatives along one
/// dimension, other positives left out; as softplus(log Σ_n e^sₙ − s), which no score overflows.
/// </summary>
internal static class PositivesAgainstNegatives
{
    /// <summary>rows×k losses; 0 where there is no positive, or no negative to tell it from.</summary>
    /// <param name="scores">rows×k.</param>
    /// <param name="labels">rows×k, 0 or 1.</param>
    /// <param name="weights">rows×k; 0 = not observed, neither positive nor negative.</param>
    /// <param name="dimension">0: the negatives are other rows; 1: other tasks.</param>
    public static Tensor Losses(Tensor scores, Tensor labels, Tensor weights, int dimension)
    {
        Tensor observed = weights > 0, positive = observed.logical_and(labels > 0.5);
        Tensor negative = observed.logical_and(labels <= 0.5);
        // A row without negatives would give −∞ − s and a gradient that is not a number.
        Tensor any = negative.any(dimension, keepdim: true);
        Tensor against = where(negative.logical_or(any.logical_not()), scores, float.NegativeInfinity)
            .logsumexp(dimension, keepdim: true);
        Tensor losses = TorchSharp.torch.nn.functional.softplus(against - scores);
        return where(positive.logical_and(any), losses, 0f);
    }
}
