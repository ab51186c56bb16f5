namespace MLNet.MultiTask.Affinity;

/// <summary>Says what the step of a subset minimises: shares of the members, and how dear a long step is.</summary>
internal sealed class SubsetProblems(StepSpace space, TaskShares shares, ObservedRows observed, int batchSize,
    float learningRate)
{
    // The head of a task of weight 0 is not trained.
    private const double Fixed = 1e30;

    /// <summary>The problem of a subset.</summary>
    /// <param name="subset">Tasks, ascending.</param>
    /// <param name="length">How far it may go: a penalty λ, or epochs of AdamW, whose metric translates them.</param>
    public SubsetProblem Of(int[] subset, StepLength length)
    {
        double[] own = shares.Of(subset);
        if (space.Adam is not { } adam)
            return new SubsetProblem(subset, own, length.Lambda!.Value,
                space.Heads is null ? null : [.. own.Select(s => s > 0 ? length.Lambda.Value / s : Fixed)]);
        int rows = observed.Any(subset);
        double steps = length.Epochs * Math.Ceiling((double)rows / batchSize),
            rowShare = (double)rows / observed.Count;
        double lambda = length.Lambda ?? 1 / (learningRate * steps);
        return new SubsetProblem(subset, own, lambda * adam.RelativeSize(subset, own, rowShare),
            space.Heads is null ? null : [.. subset.Select((t, k) => own[k] > 0
                ? Rounded(lambda * adam.Heads.RelativeSize(t, rows)) : Fixed)]);
    }

    // To the next power of 2^⅛, so that subsets of almost as many rows share the elimination of a head.
    private static double Rounded(double penalty) => Math.Pow(2, Math.Round(8 * Math.Log2(penalty)) / 8);
}
