namespace MLNet.MultiTask;

/// <summary>How a worker works.</summary>
public sealed record MultiTaskWorkerOptions
{
    /// <summary>The database: <c>postgres://user:password@host:port/database</c>, or a connection string of
    /// Npgsql.</summary>
    public required string Storage { get; init; }

    /// <summary>
    /// From what the sweep says of its learners (<see cref="HangfireExecutorOptions.Learners"/>) to these. They must be
    /// the sweep's own by name and by all that decides their bits; a worker for which they are not is refused.
    /// </summary>
    public required Func<string, IReadOnlyList<SweepLearner>> Learners { get; init; }

    /// <summary>Trials at a time.</summary>
    /// <value>The default value is 1; at least 1.</value>
    public int Slots { get; init; } = 1;

    /// <summary>Upper limit of threads of a trial; results do not depend on it.</summary>
    /// <value>The default value is null: the cores divided by the slots, at least 1.</value>
    public int? Threads { get; init; }

    /// <summary>Folder for the data of sweeps; where it is shared, data that is there does not travel.</summary>
    /// <value>The default value is null: a folder of the worker's own among the temporary files.</value>
    public string? DataFolder { get; init; }

    /// <summary>How long a silent worker keeps a trial; it speaks five times as often.</summary>
    /// <value>The default value is 8 seconds; 1 second to 10 minutes.</value>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Tries of a trial on which workers die, or that throws, until it counts as failed.</summary>
    /// <value>The default value is 3; at least 1.</value>
    public int MaxTries { get; init; } = 3;

    /// <summary>Told what happens, a sentence each; from any thread.</summary>
    /// <value>The default value is null.</value>
    public Action<string>? Log { get; init; }

    internal int ThreadsPerTrial => Threads ?? Math.Max(1, Environment.ProcessorCount / Slots);

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">All values out of range are named, with range and actual value.</exception>
    public void Validate()
    {
        List<string> faults = [];
        if (Slots < 1)
            faults.Add($"{nameof(Slots)} is {Slots}, at least 1 is expected");
        if (Threads < 1)
            faults.Add($"{nameof(Threads)} is {Threads}, at least 1 or null is expected");
        if (Lease < TimeSpan.FromSeconds(1) || Lease > TimeSpan.FromMinutes(10))
            faults.Add($"{nameof(Lease)} is {Lease}, 1 second to 10 minutes are expected");
        if (MaxTries < 1)
            faults.Add($"{nameof(MaxTries)} is {MaxTries}, at least 1 is expected");
        if (faults.Count > 0)
            throw new ArgumentException($"The worker cannot run: {string.Join("; ", faults)}");
    }
}
