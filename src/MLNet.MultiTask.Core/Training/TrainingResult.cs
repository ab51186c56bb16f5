using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Training;

/// <summary>A trained network and how it came to be.</summary>
public sealed record TrainingResult
{
    /// <summary>The network returned.</summary>
    public required SharedBottomNetwork Network { get; init; }

    /// <summary>The epoch, from 1, whose weights <see cref="Network"/> holds.</summary>
    public required int BestEpoch { get; init; }

    /// <summary>
    /// With <see cref="EarlyStopping.PerTask"/> and <see cref="TrainingOptions.KeepBestWeights"/>, the networks of the
    /// tasks' own best epochs, in order of epochs; every task stands in exactly one. Otherwise null.
    /// </summary>
    public IReadOnlyList<EpochNetwork>? BestPerTask { get; init; }

    /// <summary>One record per epoch made.</summary>
    public required IReadOnlyList<TrainingProgress> Epochs { get; init; }

    /// <summary>Why training ended.</summary>
    public required StopReason StopReason { get; init; }

    /// <summary>What was decided by itself and should be known, one sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
