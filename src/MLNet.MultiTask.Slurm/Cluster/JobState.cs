namespace MLNet.MultiTask.Slurm.Cluster;

/// <summary>A state of a job in Slurm's words.</summary>
internal readonly record struct JobState(string Name)
{
    // squeue(1), JOB STATE CODES; a state that is not there may still lead to a result.
    private static readonly HashSet<string> s_ended =
    [
        "BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED", "NODE_FAIL", "OUT_OF_MEMORY", "PREEMPTED",
        "REVOKED",
        "TIMEOUT",
    ];

    /// <summary>Nothing will come of it any more that is not there.</summary>
    public bool HasEnded => s_ended.Contains(Name);
}
