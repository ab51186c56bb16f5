namespace MLNet.MultiTask.Persistence;

/// <summary>How a file's rows were split, so that the test rows can be found again.</summary>
public sealed record SavedSplit
{
    /// <summary>Describes a split.</summary>
    /// <param name="seed">Seed of the order of rows.</param>
    /// <param name="maxRows">Rows used, the first in that order, at least 1; null = all.</param>
    /// <param name="fileRows">Rows of the file, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number of rows is below 1.</exception>
    public SavedSplit(ulong seed, int? maxRows, int fileRows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRows ?? 1, 1, nameof(maxRows));
        ArgumentOutOfRangeException.ThrowIfLessThan(fileRows, 1);
        (Seed, MaxRows, FileRows) = (seed, maxRows, fileRows);
    }

    /// <summary>Seed of the order of rows.</summary>
    public ulong Seed { get; }

    /// <summary>Rows used, the first in that order; null = all.</summary>
    public int? MaxRows { get; }

    /// <summary>Rows of the file.</summary>
    public int FileRows { get; }
}
