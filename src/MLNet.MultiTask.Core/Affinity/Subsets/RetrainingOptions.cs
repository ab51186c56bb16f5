namespace MLNet.MultiTask;

/// <summary>How subsets of tasks are really trained, to learn the truth about them.</summary>
public record RetrainingOptions : TrainedAffinityOptions
{
    /// <summary>
    /// Independent repetitions, whose losses are averaged: from other initial weights, or from another base network.
    /// Inside one repetition all subsets share initial weights and order of rows (common random numbers), so the luck
    /// of the draw does not hide their differences.
    /// </summary>
    /// <value>The default value is 4; at least 1.</value>
    public int Runs { get; init; } = 4;

    /// <summary>Fresh weights, or fine-tuning of a network of all tasks.</summary>
    /// <value>The default value is <see cref="RetrainingStart.FromScratch"/>.</value>
    public RetrainingStart Start { get; init; } = RetrainingStart.FromScratch;

    /// <summary>
    /// Epochs of fine-tuning, the same for every subset; used with <see cref="RetrainingStart.FineTuned"/>.
    /// </summary>
    /// <value>
    /// The default value is null: the median over the subsets of the best of the first 20 epochs. At least 1.
    /// </value>
    public int? FineTuneEpochs { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Check(Runs >= 1, nameof(Runs), Runs, "at least 1");
        Check(Enum.IsDefined(Start), nameof(Start), Start, "a member of the enumeration");
        Check(FineTuneEpochs is null or >= 1, nameof(FineTuneEpochs), FineTuneEpochs, "at least 1, or null");
    }
}
