namespace MLNet.MultiTask;

/// <summary>What the options of all affinity estimators have in common.</summary>
public abstract record AffinityOptions
{
    /// <summary>Seed of everything random in the estimate.</summary>
    /// <value>The default value is 1.</value>
    public ulong Seed { get; init; } = 1;

    /// <summary>Upper limit of threads; results do not depend on it.</summary>
    /// <value>The default value is null: all cores. At least 1.</value>
    public int? Threads { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A value is out of range; name, range and value are in the message.
    /// </exception>
    public virtual void Validate() => Check(Threads is null or >= 1, nameof(Threads), Threads, "at least 1, or null");
}
