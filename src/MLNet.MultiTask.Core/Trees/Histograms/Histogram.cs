using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Trees;

/// <summary>
/// Sums per bin, and a mark on every bin that holds a row: with few rows most bins are empty, and neither looked at
/// nor cleared.
/// </summary>
internal sealed unsafe class Histogram
{
    private readonly AlignedBuffer _sums = new();
    private readonly byte[] _marks;

    public Histogram(int slots, int width)
    {
        Sums = _sums.Reserve(checked(slots * width));
        _marks = GC.AllocateArray<byte>(slots + MarkRun, pinned: true);
        Marks = (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref _marks[0]);
    }

    /// <summary>Marks are read so many at once, so as many lie behind the last.</summary>
    public const int MarkRun = 32;

    /// <summary>slots×width.</summary>
    public float* Sums { get; }

    /// <summary>Per slot: not 0 where it holds a row.</summary>
    public byte* Marks { get; }
}
