namespace MLNet.MultiTask.Numerics;

/// <summary>Pinned floats, the first on a cache line; grows on demand and is collected like any array.</summary>
internal sealed unsafe class AlignedBuffer
{
    private const int Line = 64;
    private float[] _values = [];

    /// <summary>
    /// At least <paramref name="length"/> floats, valid until the next call or the end of the buffer's life.
    /// </summary>
    public float* Reserve(int length)
    {
        if (_values.Length < length + Line / sizeof(float))
            _values = GC.AllocateArray<float>(length + Line / sizeof(float), pinned: true);
        nint address = (nint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref _values[0]);
        return (float*)((address + Line - 1) & ~(Line - 1));
    }
}
