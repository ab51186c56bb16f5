using System.Globalization;
using System.Text;

namespace MLNet.MultiTask.Tool.Data;

/// <summary>
/// Training, validation and test rows (60/20/20) by a keyed hash of the row number, reproducible in any language: rows
/// in the order of (key(i), i) with key(i) = output i + 1 of SplitMix64 seeded with the split seed; the first 6n/10
/// train, the next 2n/10 validate.
/// </summary>
internal sealed class DataSplit
{
    /// <summary>The split seed of the published baselines.</summary>
    public const ulong DefaultSeed = 20261121;

    private const ulong Step = 0x9E3779B97F4A7C15;

    /// <summary>Splits a file's rows.</summary>
    /// <param name="fileRows">Rows in the file.</param>
    /// <param name="seed">Split seed.</param>
    /// <param name="maxRows">Rows to keep, the first in key order; null = all.</param>
    public DataSplit(int fileRows, ulong seed, int? maxRows)
    {
        (Seed, MaxRows, RowsInFile) = (seed, maxRows, fileRows);
        var keys = new ulong[fileRows];
        for (int i = 0; i < fileRows; i++)
            keys[i] = RandomStream.Mix(seed + ((ulong)i + 1) * Step);
        int[] order = [.. Enumerable.Range(0, fileRows)];
        // No two keys are equal: the generator visits every number once.
        Array.Sort(keys, order);
        FileRows = maxRows < fileRows ? order[..maxRows.Value] : order;
        int n = FileRows.Length, train = (int)(6L * n / 10), validation = (int)(2L * n / 10);
        Train = [.. Enumerable.Range(0, train)];
        Validation = [.. Enumerable.Range(train, validation)];
        Test = [.. Enumerable.Range(train + validation, n - train - validation)];
    }

    /// <summary>Split seed.</summary>
    public ulong Seed { get; }

    /// <summary>Upper limit on rows; null = none.</summary>
    public int? MaxRows { get; }

    /// <summary>Rows of the file, kept or not.</summary>
    public int RowsInFile { get; }

    /// <summary>
    /// The kept rows' numbers in the file, in split order: position p of a table holds file row FileRows[p].
    /// </summary>
    public int[] FileRows { get; }

    /// <summary>Positions of the training rows.</summary>
    public int[] Train { get; }

    /// <summary>Positions of the validation rows.</summary>
    public int[] Validation { get; }

    /// <summary>Positions of the test rows.</summary>
    public int[] Test { get; }

    /// <summary>
    /// FNV-1a 64 over the decimal row numbers in split order, each followed by a line feed: equal where the split is.
    /// </summary>
    public string Check()
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (int row in FileRows)
            foreach (byte b in Encoding.ASCII.GetBytes(row.ToString(CultureInfo.InvariantCulture) + "\n"))
                hash = (hash ^ b) * 0x100000001B3;
        return hash.ToString("x16", CultureInfo.InvariantCulture);
    }
}
