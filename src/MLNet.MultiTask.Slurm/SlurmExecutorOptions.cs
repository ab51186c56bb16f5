namespace MLNet.MultiTask;

/// <summary>How trials become jobs of a Slurm cluster.</summary>
/// <remarks>What is not here is said as for every job of Slurm, by its environment variables: <c>SBATCH_ACCOUNT</c>,
/// <c>SBATCH_TIMELIMIT</c>, <c>SBATCH_QOS</c>, <c>SBATCH_MEM_PER_CPU</c> and so on.</remarks>
public sealed record SlurmExecutorOptions
{
    /// <summary>Folder for data, trials and results, which this machine and all nodes see by the same path.</summary>
    public required string Folder { get; init; }

    /// <summary>
    /// Program and arguments that train one trial: <c>--trial FILE --result FILE</c> are added, and it should hand them
    /// to <see cref="SlurmTrial"/>.
    /// </summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Partition of the jobs.</summary>
    /// <value>The default value is null: the cluster's default partition.</value>
    public string? Partition { get; init; }

    /// <summary>Cores of a trial.</summary>
    /// <value>The default value is 1; at least 1.</value>
    public int Cores { get; init; } = 1;

    /// <summary>What a worker needs to know to make the sweep's learners; no secrets.</summary>
    /// <value>The default value is empty: workers know their learners.</value>
    public string Learners { get; init; } = "";

    /// <summary>Jobs of a trial that end without a result, or in an exception, until the trial counts as failed. A job
    /// that Slurm itself requeues after the loss of its node is still the same one.</summary>
    /// <value>The default value is 3; at least 1.</value>
    public int MaxTries { get; init; } = 3;

    /// <summary>How often Slurm is asked for the states of jobs; results are seen sooner.</summary>
    /// <value>The default value is 5 seconds; positive.</value>
    public TimeSpan CheckInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a Slurm that does not answer, or takes no jobs, is waited for before the sweep ends.</summary>
    /// <value>The default value is 10 minutes; positive.</value>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Folder of Slurm's commands.</summary>
    /// <value>The default value is null: they are on the PATH.</value>
    public string? CommandFolder { get; init; }

    /// <summary>Told what should be known; from any thread.</summary>
    /// <value>The default value is null.</value>
    public Action<string>? Log { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">All values out of range are named, with range and actual value.</exception>
    public void Validate()
    {
        List<string> faults = [];
        if (string.IsNullOrWhiteSpace(Folder))
            faults.Add($"{nameof(Folder)} is empty, a folder that all nodes see is expected");
        if (Command is null or { Count: 0 })
            faults.Add($"{nameof(Command)} is empty, a program is expected");
        if (Partition is { } name && (name.Length == 0 || name.Any(c => char.IsWhiteSpace(c) || c == ',')))
            faults.Add($"{nameof(Partition)} is '{name}', one name or null is expected");
        if (Cores < 1)
            faults.Add($"{nameof(Cores)} is {Cores}, at least 1 is expected");
        if (MaxTries < 1)
            faults.Add($"{nameof(MaxTries)} is {MaxTries}, at least 1 is expected");
        if (CheckInterval <= TimeSpan.Zero)
            faults.Add($"{nameof(CheckInterval)} is {CheckInterval}, a positive time is expected");
        if (Patience <= TimeSpan.Zero)
            faults.Add($"{nameof(Patience)} is {Patience}, a positive time is expected");
        if (faults.Count > 0)
            throw new ArgumentException($"Trials cannot become jobs of Slurm: {string.Join("; ", faults)}");
    }
}
