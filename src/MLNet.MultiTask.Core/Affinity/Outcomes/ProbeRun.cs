namespace MLNet.MultiTask.Affinity;

/// <summary>One real training of some tasks from fresh weights, epoch by epoch.</summary>
/// <param name="Members">The tasks, ascending.</param>
/// <param name="Draw">Number of its random numbers: runs of one number meet the same.</param>
/// <param name="Course">Validation losses, epochs × members.</param>
/// <param name="Means">The loss that decides when to stop, per epoch.</param>
/// <param name="Flops">Operations it took.</param>
internal sealed record ProbeRun(int[] Members, int Draw, double[][] Course, double[] Means, double Flops)
{
    /// <summary>The same on folds of the validation rows; null where nobody looked.</summary>
    public FoldedCourse? Folds { get; init; }

    /// <summary>
    /// Whether it ended by the mean of its members, some of which might have got better by themselves: it does not tell
    /// their own best.
    /// </summary>
    public bool EndedTogether { get; init; }

    /// <summary>What a training tells.</summary>
    public static ProbeRun Of(Training.TrainingResult result, int[] members, int draw, double flops) => new(members,
        draw, [.. result.Epochs.Select(e => e.TaskValidationLosses.ToArray())],
        [.. result.Epochs.Select(e => e.ValidationLoss)], flops);

    /// <summary>What the run gives its members, each at its own best epoch or all where they stop together.</summary>
    public double[] Outcome(bool own, int? patience) => own ? AtOwnBest(patience) : AtCommonStop(patience);

    /// <summary>The members' losses at the epoch that is the best for their mean.</summary>
    /// <param name="patience">Epochs without a better mean that end the run; null = never.</param>
    public double[] AtCommonStop(int? patience)
    {
        int best = 0;
        for (int epoch = 1; epoch < Means.Length && !(epoch - 1 - best >= patience); epoch++)
            if (Means[epoch] < Means[best])
                best = epoch;
        return Course[best];
    }

    /// <summary>Every member's loss at its own best epoch.</summary>
    /// <param name="patience">Epochs in which no member gets better that end the run; null = never.</param>
    public double[] AtOwnBest(int? patience)
    {
        double[] losses = [.. Course[0]];
        int improved = 0;
        for (int epoch = 1; epoch < Course.Length && !(epoch - 1 - improved >= patience); epoch++)
            for (int k = 0; k < losses.Length; k++)
                if (Course[epoch][k] < losses[k])
                    (losses[k], improved) = (Course[epoch][k], epoch);
        return losses;
    }

    /// <summary>Epochs until the mean has not got better for so many.</summary>
    public int CommonLength(int? patience)
    {
        int best = 0, epoch = 1;
        for (; epoch < Means.Length && !(epoch - 1 - best >= patience); epoch++)
            if (Means[epoch] < Means[best])
                best = epoch;
        return epoch;
    }

    /// <summary>Epochs until no member has got better for so many.</summary>
    public int Length(int? patience)
    {
        double[] losses = [.. Course[0]];
        int improved = 0, epoch = 1;
        for (; epoch < Course.Length && !(epoch - 1 - improved >= patience); epoch++)
            for (int k = 0; k < losses.Length; k++)
                if (Course[epoch][k] < losses[k])
                    (losses[k], improved) = (Course[epoch][k], epoch);
        return epoch;
    }
}
