namespace MLNet.MultiTask;

/// <summary>How far a fit has come.</summary>
/// <param name="Phase">What is being done, such as "Training" or "baseNetworks".</param>
/// <param name="Done">Epochs, rounds or phases that are over.</param>
/// <param name="Total">The most there will be; null where nobody knows.</param>
/// <param name="Elapsed">Time since the fit began.</param>
public sealed record FitProgress(string Phase, long Done, long? Total, TimeSpan Elapsed)
{
    /// <summary>
    /// The most time that is left if it goes on as so far; early stopping may make it less. Null where nobody knows.
    /// </summary>
    public TimeSpan? TimeLeft => Done > 0 && Total is { } total
        ? Elapsed * (Math.Max(0, total - Done) / (double)Done) : null;

    /// <summary>The epoch that has just ended; null in phases without epochs.</summary>
    public TrainingProgress? Epoch { get; init; }
}
