namespace MLNet.MultiTask.Persistence;

/// <summary>
/// How much a file may ask for. Files are not trusted: what exceeds a limit is refused before it is allocated.
/// </summary>
public sealed class MultiTaskModelLoadOptions
{
    /// <summary>Longest file that is read, in bytes.</summary>
    /// <value>The default is 1 GiB.</value>
    public long MaxBytes { get; set; } = 1L << 30;

    /// <summary>Most tasks that a model may have.</summary>
    /// <value>The default is 10,000.</value>
    public int MaxTasks { get; set; } = 10_000;

    /// <summary>Most parameters that all networks of a model may have together.</summary>
    /// <value>The default is 200 million.</value>
    public long MaxParameters { get; set; } = 200_000_000;

    /// <summary>
    /// Whether stages that Microsoft.ML wrote may be read. Such a stage names the assembly that loads it, so it is for
    /// files from a trusted source only; without it a file can never name code to run.
    /// </summary>
    /// <value>The default is false.</value>
    public bool TrustMicrosoftMLStages { get; set; }

    internal void Validate()
    {
        ThrowIfNotPositive(MaxBytes, nameof(MaxBytes));
        ThrowIfNotPositive(MaxTasks, nameof(MaxTasks));
        ThrowIfNotPositive(MaxParameters, nameof(MaxParameters));
    }

    private static void ThrowIfNotPositive(long value, string name)
    {
        if (value < 1)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least 1");
    }
}
