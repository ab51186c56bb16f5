using System.Collections.Concurrent;

namespace MLNet.MultiTask.Trees;

/// <summary>
/// Arrays that binning of columns uses one after the other: made anew for every column, they would be as much garbage
/// as the bins are.
/// </summary>
/// <param name="rows">Rows of the data.</param>
/// <param name="sample">Rows whose values are sorted.</param>
internal sealed class BinScratch(int rows, int sample)
{
    private readonly ConcurrentBag<byte[]> _columns = [];
    private readonly ConcurrentBag<float[]> _samples = [];

    /// <summary>A byte per row, of any content.</summary>
    public byte[] RentColumn() => _columns.TryTake(out byte[]? kept) ? kept : new byte[rows];

    /// <summary>Takes a column back.</summary>
    public void Return(byte[] column) => _columns.Add(column);

    /// <summary>A number per row of the sample, of any content.</summary>
    public float[] RentSample() => _samples.TryTake(out float[]? kept) ? kept : new float[Math.Min(rows, sample)];

    /// <summary>Takes a sample back.</summary>
    public void Return(float[] values) => _samples.Add(values);
}
