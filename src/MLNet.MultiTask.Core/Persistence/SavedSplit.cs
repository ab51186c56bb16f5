namespace MLNet.MultiTask.Persistence;

/// <summary>How a file's rows were split, so that the test rows can be found again.</summary>
public sealed record SavedSplit
{
    /// <summary>Describes a split.</summary>
    /// <param name="seed">Seed of the order of rows.</param>
    /// <param name="maxRows">Rows used, the first in that order, at least 1; null = all.</param>
    /// <param name="fileRows">Rows of the file, at least 1.</param>
    /// <param name="rowsHash">A hash over the rows of the file, in their order; null where it is not known.</param>
    /// <param name="unorderedRowsHash">The same whatever their order; null where it is not known.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number of rows is below 1.</exception>
    public SavedSplit(ulong seed, int? maxRows, int fileRows, ulong? rowsHash = null,
        ulong? unorderedRowsHash = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRows ?? 1, 1, nameof(maxRows));
        ArgumentOutOfRangeException.ThrowIfLessThan(fileRows, 1);
        (Seed, MaxRows, FileRows, RowsHash, UnorderedRowsHash) =
            (seed, maxRows, fileRows, rowsHash, unorderedRowsHash);
    }

    /// <summary>Seed of the order of rows.</summary>
    public ulong Seed { get; }

    /// <summary>Rows used, the first in that order; null = all.</summary>
    public int? MaxRows { get; }

    /// <summary>Rows of the file.</summary>
    public int FileRows { get; }

    /// <summary>A hash over the rows of the file, in their order; null where it is not known.</summary>
    public ulong? RowsHash { get; }

    /// <summary>The same whatever their order; null where it is not known.</summary>
    public ulong? UnorderedRowsHash { get; }
}
