namespace MLNet.MultiTask.Training;

/// <summary>What a training made of a network's flat parameters.</summary>
internal sealed record TrainedParameters
{
    /// <summary>Those of <see cref="BestEpoch"/>.</summary>
    public required float[] Parameters { get; init; }

    /// <summary>The epoch, from 1.</summary>
    public required int BestEpoch { get; init; }

    /// <summary>
    /// Where tasks stop on their own and the best weights are kept: the tasks' best epochs in order, each with the
    /// tasks whose it is. Otherwise null.
    /// </summary>
    public (int Epoch, float[] Parameters, int[] Tasks)[]? BestPerTask { get; init; }

    /// <summary>One record per epoch made.</summary>
    public required IReadOnlyList<TrainingProgress> Epochs { get; init; }

    /// <summary>Why training ended.</summary>
    public required StopReason StopReason { get; init; }

    /// <summary>What was decided by itself and should be known, one sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
