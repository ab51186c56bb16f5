using System.Collections.Concurrent;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Trees;

/// <summary>
/// Finds the best splits of a leaf, or of two that were one: histograms block by block, each by one thread, so the
/// sums do not depend on the number of threads.
/// </summary>
internal sealed unsafe class LeafSearch(BinnedRows data, HistogramKernel kernel, SplitConstraints constraints,
    int threads)
{
    /// <summary>
    /// Rows from which a leaf's histogram is kept, so that the larger of its children is the difference to the smaller
    /// one. Below, making both anew in a thread's cache is quicker than moving whole histograms.
    /// </summary>
    public const int KeptRows = 4096;

    private readonly ConcurrentBag<Histogram> _scratch = [];
    private readonly Stack<Histogram> _free = [];

    /// <summary>Sets <see cref="Leaf.Best"/>, and <see cref="Leaf.Histogram"/> of large leaves.</summary>
    /// <param name="small">The leaf, or the smaller of two.</param>
    /// <param name="large">The other child; null where there is one leaf only.</param>
    /// <param name="parent">Histogram of both together; becomes the larger child's.</param>
    /// <param name="rows">Where the rows are.</param>
    /// <param name="lanes">Per position what is added up.</param>
    /// <param name="columns">Which columns may be split on.</param>
    public void Run(Leaf small, Leaf? large, Histogram? parent, RowPartition rows, nint lanes, bool[] columns)
    {
        bool searchSmall = CanSplit(small), searchLarge = large is not null && CanSplit(large);
        if (!searchSmall && !searchLarge)
        {
            Release(parent);
            return;
        }
        Histogram? own = parent is not null || small.Count >= KeptRows ? Rent() : null;
        var found = new (SplitCandidate Small, SplitCandidate Large)[data.Blocks.Length];
        SharedPool.Run(data.Blocks.Length, threads, b =>
        {
            ColumnBlock block = data.Blocks[b];
            if (!columns.AsSpan(block.First, block.Count).Contains(true))
                return;
            if (!_scratch.TryTake(out Histogram? scratch))
                scratch = new Histogram(data.Blocks.Max(x => x.SlotCount), kernel.Width);
            Part mine = own is null ? new Part(scratch.Sums, scratch.Marks) : At(own, block);
            if (searchSmall || parent is not null)
            {
                Add(small, block, rows, lanes, mine);
                if (searchSmall)
                    Search(small, block, mine, columns, ref found[b].Small);
            }
            if (parent is not null)
            {
                Part theirs = At(parent, block);
                kernel.Subtract(block.SlotCount, theirs.Sums, mine.Sums, mine.Marks);
                if (searchLarge)
                    Search(large!, block, theirs, columns, ref found[b].Large);
            }
            if (own is null)
                kernel.Clear(block.SlotCount, mine.Sums, mine.Marks);
            if (parent is null && searchLarge)
            {
                var again = new Part(scratch.Sums, scratch.Marks);
                Add(large!, block, rows, lanes, again);
                Search(large!, block, again, columns, ref found[b].Large);
                kernel.Clear(block.SlotCount, again.Sums, again.Marks);
            }
            _scratch.Add(scratch);
        });
        foreach ((SplitCandidate smallFound, SplitCandidate largeFound) in found)
        {
            if (smallFound.Gain > small.Best.Gain)
                small.Best = smallFound;
            if (large is not null && largeFound.Gain > large.Best.Gain)
                large.Best = largeFound;
        }
        Keep(small, own);
        if (large is not null)
            Keep(large, parent);
    }

    /// <summary>Takes a histogram back.</summary>
    public void Release(Histogram? histogram)
    {
        if (histogram is null)
            return;
        kernel.Clear(data.SlotCount, histogram.Sums, histogram.Marks);
        _free.Push(histogram);
    }

    private bool CanSplit(Leaf leaf) => leaf.Depth < constraints.MaximumDepth
        && leaf.Count >= 2 * constraints.MinimumCount && leaf.Count >= 2;

    private void Keep(Leaf leaf, Histogram? histogram)
    {
        if (leaf.Best.Gain > 0 && leaf.Count >= KeptRows)
            leaf.Histogram = histogram;
        else
            Release(histogram);
    }

    private Histogram Rent() => _free.Count > 0 ? _free.Pop() : new Histogram(data.SlotCount, kernel.Width);

    private Part At(Histogram histogram, ColumnBlock block) =>
        new(histogram.Sums + (long)block.FirstSlot * kernel.Width, histogram.Marks + block.FirstSlot);

    private void Add(Leaf leaf, ColumnBlock block, RowPartition rows, nint lanes, Part part)
    {
        kernel.Add(data, block, rows.Of(leaf), (float*)lanes, part.Sums, part.Marks);
        if (block.Starts is not null)
            fixed (float* total = leaf.Total)
                kernel.AddUsual(data, block, total, part.Sums, part.Marks);
    }

    private void Search(Leaf leaf, ColumnBlock block, Part part, bool[] columns, ref SplitCandidate best)
    {
        fixed (float* total = leaf.Total)
            for (int c = block.First; c < block.First + block.Count; c++)
            {
                if (!columns[c])
                    continue;
                int slot = data.Columns[c].Offset - block.FirstSlot;
                kernel.Search(data.Columns[c], c, part.Sums + (long)slot * kernel.Width, part.Marks + slot, total,
                    constraints, ref best);
            }
    }

    private readonly struct Part(float* sums, byte* marks)
    {
        public readonly float* Sums = sums;
        public readonly byte* Marks = marks;
    }
}
