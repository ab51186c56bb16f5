using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask;

/// <summary>What came of a training.</summary>
public sealed record GroupOutcome
{
    /// <summary>
    /// Per task of the group, in order, the loss on the rows held out, relative to the trivial predictor's; NaN where
    /// the fold cannot judge it. Empty after an error.
    /// </summary>
    public IReadOnlyList<double> Losses { get; init; } = [];

    /// <summary>Epochs or rounds trained.</summary>
    public int Epochs { get; init; }

    /// <summary>What the models cost; null where it is not known.</summary>
    public SweepCost? Cost { get; init; }

    /// <summary>The models where they are at hand; null where <see cref="ITrialExecutor.Models"/> must be
    /// asked.</summary>
    public GroupFit? Fit { get; init; }

    /// <summary>What went wrong, by type and message; null where nothing did.</summary>
    public string? Error { get; init; }
}

/// <summary>A training went wrong elsewhere; the message is that of there.</summary>
internal sealed class GroupTrainingException(string error) : Exception(error);
