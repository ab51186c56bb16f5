using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace MLNet.MultiTask.Trees;

/// <summary>
/// Memory that binning of columns uses one after the other, given back to the system at the end: as arrays it would lie
/// about through the training, as much as eight columns of bins and more.
/// </summary>
/// <param name="rows">Rows of the data.</param>
/// <param name="sample">Rows whose values are sorted.</param>
internal sealed unsafe class BinScratch(int rows, int sample) : IDisposable
{
    private readonly ConcurrentBag<nint> _columns = [], _samples = [], _all = [];

    /// <summary>Numbers of a sample.</summary>
    public int SampleCount => Math.Min(rows, sample);

    /// <summary>A byte per row, of any content.</summary>
    public byte* RentColumn() => (byte*)Rent(_columns, (nuint)rows);

    /// <summary>Takes a column back.</summary>
    public void ReturnColumn(byte* column) => _columns.Add((nint)column);

    /// <summary>A number per row of the sample, of any content.</summary>
    public float* RentSample() => (float*)Rent(_samples, (nuint)SampleCount * sizeof(float));

    /// <summary>Takes a sample back.</summary>
    public void ReturnSample(float* values) => _samples.Add((nint)values);

    /// <summary>Frees everything, rented or not.</summary>
    public void Dispose()
    {
        foreach (nint block in _all)
            NativeMemory.Free((void*)block);
        _all.Clear();
    }

    private nint Rent(ConcurrentBag<nint> kept, nuint bytes)
    {
        if (kept.TryTake(out nint block))
            return block;
        block = (nint)NativeMemory.Alloc(bytes);
        _all.Add(block);
        return block;
    }
}
