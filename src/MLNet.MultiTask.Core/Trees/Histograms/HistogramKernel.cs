using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MLNet.MultiTask.Trees;

/// <summary>What is done to histograms, for every width of a bin's sums.</summary>
internal abstract unsafe class HistogramKernel
{
    /// <summary>The kernel for a number of gradients; the widths are a register's multiples.</summary>
    public static HistogramKernel For(int gradients) => gradients switch
    {
        <= 6 => new HistogramKernel<Lanes8>(),
        <= 14 => new HistogramKernel<Lanes16>(),
        <= 30 => new HistogramKernel<LanePair<Lanes16>>(),
        <= 62 => new HistogramKernel<LanePair<LanePair<Lanes16>>>(),
        <= 126 => new HistogramKernel<LanePair<LanePair<LanePair<Lanes16>>>>(),
        <= MaxGradients => new HistogramKernel<LanePair<LanePair<LanePair<LanePair<Lanes16>>>>>(),
        _ => throw new ArgumentOutOfRangeException(nameof(gradients), gradients, $"At most {MaxGradients} gradients"),
    };

    /// <summary>Most gradients of a bin.</summary>
    public const int MaxGradients = 254;

    /// <summary>Floats per bin and per row.</summary>
    public abstract int Width { get; }

    /// <summary>Adds rows to the histogram of a block; slots count from the block's first.</summary>
    public abstract void Add(BinnedRows data, ColumnBlock block, ReadOnlySpan<int> positions, float* lanes, float* sums,
        byte* marks);

    /// <summary>Adds a row's gradients times a matrix to its lanes.</summary>
    /// <param name="gradients">One per output.</param>
    /// <param name="projection">outputs×<see cref="Width"/>.</param>
    /// <param name="lanes">As many as <see cref="Width"/>.</param>
    public abstract void Project(ReadOnlySpan<float> gradients, ReadOnlySpan<float> projection, Span<float> lanes);

    /// <summary>Sum of rows, in order.</summary>
    public abstract void Total(ReadOnlySpan<int> positions, float* lanes, float* total);

    /// <summary>What a sparse block leaves out: a column's usual bin is the total minus its others.</summary>
    public abstract void AddUsual(BinnedRows data, ColumnBlock block, float* total, float* sums, byte* marks);

    /// <summary>Takes the marked bins of one histogram out of another.</summary>
    public abstract void Subtract(int slots, float* from, float* sums, byte* marks);

    /// <summary>Empties the marked bins.</summary>
    public abstract void Clear(int slots, float* sums, byte* marks);

    /// <summary>The best split of a leaf on one column, if it is better than what is known.</summary>
    public abstract void Search(BinnedColumn column, int number, float* sums, byte* marks, float* total,
        SplitConstraints constraints, ref SplitCandidate best);

    /// <summary>Bit i is set where mark i of a run is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static uint MarkedRun(byte* marks, int count)
    {
        uint run = ~Vector256.Equals(Vector256.Load(marks), Vector256<byte>.Zero).ExtractMostSignificantBits();
        return count < Histogram.MarkRun ? run & ((1u << count) - 1) : run;
    }
}

/// <inheritdoc/>
internal sealed unsafe partial class HistogramKernel<TLanes> : HistogramKernel
    where TLanes : struct, ILaneVector<TLanes>
{
    public override int Width => TLanes.Width;

    public override void Add(BinnedRows data, ColumnBlock block, ReadOnlySpan<int> positions, float* lanes, float* sums,
        byte* marks)
    {
        int count = block.Count;
        int* offsets = stackalloc int[count];
        for (int c = 0; c < count; c++)
            offsets[c] = data.Columns[block.First + c].Offset - block.FirstSlot;
        fixed (byte* bins = block.Bins)
            if (block.Starts is { } starts)
                AddSparse(block, positions, starts, offsets, bins, lanes, sums, marks);
            else
                foreach (int position in positions)
                {
                    TLanes row = TLanes.Load(lanes + (long)position * TLanes.Width);
                    byte* cell = bins + (long)position * count;
                    for (int c = 0; c < count; c++)
                        AddTo(offsets[c] + cell[c], row, sums, marks);
                }
    }

    public override void Project(ReadOnlySpan<float> gradients, ReadOnlySpan<float> projection, Span<float> lanes)
    {
        fixed (float* from = projection, to = lanes)
        {
            TLanes sum = TLanes.Load(to);
            for (int j = 0; j < gradients.Length; j++)
                sum = TLanes.Add(sum, TLanes.Multiply(TLanes.Load(from + (long)j * TLanes.Width), gradients[j]));
            TLanes.Store(sum, to);
        }
    }

    public override void Total(ReadOnlySpan<int> positions, float* lanes, float* total)
    {
        TLanes sum = default;
        foreach (int position in positions)
            sum = TLanes.Add(sum, TLanes.Load(lanes + (long)position * TLanes.Width));
        TLanes.Store(sum, total);
    }

    public override void AddUsual(BinnedRows data, ColumnBlock block, float* total, float* sums, byte* marks)
    {
        for (int c = block.First; c < block.First + block.Count; c++)
        {
            BinnedColumn column = data.Columns[c];
            int first = column.Offset - block.FirstSlot;
            TLanes usual = TLanes.Load(total);
            for (int slot = first; slot <= first + column.BinCount; slot++)
                if (marks[slot] != 0)
                    usual = TLanes.Subtract(usual, TLanes.Load(sums + (long)slot * TLanes.Width));
            float* own = sums + (long)(first + column.UsualBin) * TLanes.Width;
            TLanes.Store(usual, own);
            marks[first + column.UsualBin] = 1;
        }
    }

    public override void Subtract(int slots, float* from, float* sums, byte* marks)
    {
        for (int first = 0; first < slots; first += Histogram.MarkRun)
            for (uint run = MarkedRun(marks + first, slots - first); run != 0; run &= run - 1)
            {
                long at = (long)(first + BitOperations.TrailingZeroCount(run)) * TLanes.Width;
                TLanes.Store(TLanes.Subtract(TLanes.Load(from + at), TLanes.Load(sums + at)), from + at);
            }
    }

    public override void Clear(int slots, float* sums, byte* marks)
    {
        for (int first = 0; first < slots; first += Histogram.MarkRun)
            for (uint run = MarkedRun(marks + first, slots - first); run != 0; run &= run - 1)
            {
                int slot = first + BitOperations.TrailingZeroCount(run);
                TLanes.Store(default, sums + (long)slot * TLanes.Width);
                marks[slot] = 0;
            }
    }

    private static void AddSparse(ColumnBlock block, ReadOnlySpan<int> positions, int[] starts, int* offsets,
        byte* bins, float* lanes, float* sums, byte* marks)
    {
        fixed (byte* columns = block.Columns)
            foreach (int position in positions)
            {
                TLanes row = TLanes.Load(lanes + (long)position * TLanes.Width);
                for (int entry = starts[position]; entry < starts[position + 1]; entry++)
                    AddTo(offsets[columns[entry]] + bins[entry], row, sums, marks);
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTo(int slot, TLanes row, float* sums, byte* marks)
    {
        float* own = sums + (long)slot * TLanes.Width;
        TLanes.Store(TLanes.Add(TLanes.Load(own), row), own);
        marks[slot] = 1;
    }
}
