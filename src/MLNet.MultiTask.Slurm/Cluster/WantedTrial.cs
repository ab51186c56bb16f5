using MLNet.MultiTask.Distribution;

namespace MLNet.MultiTask.Slurm.Cluster;

/// <summary>A trial whose result is waited for.</summary>
internal sealed class WantedTrial(string key, string title)
{
    public string Key { get; } = key;

    public string Title { get; } = title;

    public TaskCompletionSource<ResultFile> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How many wait.</summary>
    public int Waiting { get; set; }

    /// <summary>Number and place of its job; null = to be submitted.</summary>
    public string? Job { get; set; }

    /// <summary>Checks in a row that found the job at its end and no result.</summary>
    public int Missed { get; set; }

    /// <summary>One per job that ended without a result, or in an exception.</summary>
    public List<string> Errors { get; } = [];
}
