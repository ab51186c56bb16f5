namespace MLNet.MultiTask;

/// <summary>Where trials are handed out, and what workers are told.</summary>
public sealed record HangfireExecutorOptions
{
    /// <summary>The database: <c>postgres://user:password@host:port/database</c>, or a connection string of
    /// Npgsql.</summary>
    public required string Storage { get; init; }

    /// <summary>What a worker needs to know to make the sweep's learners, in words of the two of them; no
    /// secrets.</summary>
    /// <value>The default value is empty: workers know their learners.</value>
    public string Learners { get; init; } = "";

    /// <summary>
    /// Shared folder that workers read the data from, by the same path or another.
    /// </summary>
    /// <value>The default value is null: the data goes through the database.</value>
    public string? DataFolder { get; init; }

    /// <summary>How long a database that is away is waited for before the sweep ends.</summary>
    /// <value>The default value is 2 minutes; positive.</value>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long the database keeps a sweep that nobody runs any more.</summary>
    /// <value>The default value is 30 days; positive.</value>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Told what should be known, such as that no worker asks for trials; from any thread.</summary>
    /// <value>The default value is null.</value>
    public Action<string>? Log { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">All values out of range are named, with range and actual value.</exception>
    public void Validate()
    {
        List<string> faults = [];
        if (Patience <= TimeSpan.Zero)
            faults.Add($"{nameof(Patience)} is {Patience}, a positive time is expected");
        if (Retention <= TimeSpan.Zero)
            faults.Add($"{nameof(Retention)} is {Retention}, a positive time is expected");
        if (faults.Count > 0)
            throw new ArgumentException($"Trials cannot be handed out: {string.Join("; ", faults)}");
    }
}
