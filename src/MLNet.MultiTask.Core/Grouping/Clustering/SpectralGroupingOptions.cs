namespace MLNet.MultiTask.Grouping;

/// <summary>
/// Options of <see cref="SpectralGroupingSolver"/> and, apart from the constraints, <see
/// cref="ExtendedSpectralGroupingSolver"/>.
/// </summary>
public sealed class SpectralGroupingOptions : PartitionOptions
{
    /// <summary>
    /// Temperature of exp(T / temperature), in units of the standard deviation of the off-diagonal affinities;
    /// positive. Null = the affinities themselves, which must not be negative then.
    /// </summary>
    public double? Temperature { get; set; } = 1;

    /// <summary>Runs of k-means for each number of groups, at least 1.</summary>
    public int Restarts { get; set; } = 20;

    internal void Validate()
    {
        if (Temperature is { } temperature && !(temperature > 0 && double.IsFinite(temperature)))
            throw new ArgumentOutOfRangeException(nameof(Temperature), Temperature,
                $"{nameof(Temperature)} must be positive");
        if (Restarts < 1)
            throw new ArgumentOutOfRangeException(nameof(Restarts), Restarts, $"{nameof(Restarts)} must be at least 1");
    }
}
