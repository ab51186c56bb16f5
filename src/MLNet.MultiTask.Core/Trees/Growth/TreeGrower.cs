using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Trees;

/// <summary>Grows trees leaf by leaf, each time splitting the one that gains most (Shi 2007).</summary>
internal sealed unsafe class TreeGrower(BinnedRows data, HistogramKernel kernel, SplitConstraints constraints,
    int leaves, float minimumGain, int threads)
{
    private readonly LeafSearch _search = new(data, kernel, constraints, threads);
    private int[] _other = [];

    /// <summary>Grows one tree.</summary>
    /// <param name="positions">Rows to grow it on, ascending; put into order of the leaves.</param>
    /// <param name="lanes">Per position of the data what histograms add up, as wide as the kernel.</param>
    /// <param name="columns">Which columns may be split on.</param>
    /// <param name="cancellationToken">Looked at before each split.</param>
    public GrownTree Grow(int[] positions, nint lanes, bool[] columns, CancellationToken cancellationToken)
    {
        if (_other.Length < positions.Length)
            _other = new int[positions.Length];
        var rows = new RowPartition(data, positions, _other, threads);
        var root = new Leaf
        {
            Start = 0, Count = positions.Length, Depth = 0, Parent = -1, IsLeft = false,
            Total = Total(positions, lanes),
        };
        var grown = new List<Leaf> { root };
        var nodes = new List<TreeNode>();
        var gains = new List<float>();
        if (leaves > 1)
            _search.Run(root, null, null, rows, lanes, columns);
        while (grown.Count < leaves)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int best = 0;
            for (int i = 1; i < grown.Count; i++)
                best = grown[i].Best.Gain > grown[best].Best.Gain ? i : best;
            Leaf leaf = grown[best];
            if (!(leaf.Best.Gain > minimumGain))
                break;
            nodes.Add(Question(leaf.Best));
            gains.Add(leaf.Best.Gain);
            Link(nodes, leaf, nodes.Count - 1);
            int left = rows.Split(leaf, leaf.Best.Column, LeftBins(leaf.Best));
            (Leaf small, Leaf large) = Children(leaf, left, nodes.Count - 1, rows, lanes);
            (grown[best], Leaf other) = small.IsLeft ? (small, large) : (large, small);
            grown.Add(other);
            if (grown.Count < leaves)
            {
                _search.Run(small, large, leaf.Histogram, rows, lanes, columns);
                ReleaseHopeless(grown);
            }
            else
                _search.Release(leaf.Histogram);
        }
        for (int i = 0; i < grown.Count; i++)
        {
            Link(nodes, grown[i], ~i);
            _search.Release(grown[i].Histogram);
        }
        return new GrownTree([.. nodes], [.. gains], grown, rows);
    }

    /// <summary>
    /// The best leaf is split first, so one behind as many others as splits are left never is: its histogram goes.
    /// </summary>
    private void ReleaseHopeless(List<Leaf> grown)
    {
        int held = grown.Count(l => l.Histogram is not null);
        for (; held > leaves - grown.Count; held--)
        {
            Leaf? worst = null;
            foreach (Leaf leaf in grown)
                if (leaf.Histogram is not null && !(leaf.Best.Gain > worst?.Best.Gain))
                    worst = leaf;
            _search.Release(worst!.Histogram);
            worst.Histogram = null;
        }
    }

    private TreeNode Question(SplitCandidate split)
    {
        BinnedColumn column = data.Columns[split.Column];
        return split.Categories is { } bins
            ? new TreeNode(column.Feature, 0, false, 0, 0)
            {
                Slots = [.. bins.Select(b => column.Feature + column.Slots[b]).Order()],
            }
            : new TreeNode(column.Feature,
                split.Bin < column.Edges.Length ? column.Edges[split.Bin] : float.MaxValue,
                split.MissingLeft, 0, 0);
    }

    private bool[] LeftBins(SplitCandidate split)
    {
        BinnedColumn column = data.Columns[split.Column];
        var isLeft = new bool[column.BinCount + 1];
        if (split.Categories is { } categories)
            foreach (int bin in categories)
                isLeft[bin] = true;
        else
        {
            Array.Fill(isLeft, true, 0, split.Bin + 1);
            isLeft[column.BinCount] = split.MissingLeft;
        }
        return isLeft;
    }

    private (Leaf Small, Leaf Large) Children(Leaf leaf, int left, int node, RowPartition rows, nint lanes)
    {
        bool smallIsLeft = 2 * left <= leaf.Count;
        int count = smallIsLeft ? left : leaf.Count - left;
        var small = new Leaf
        {
            Start = smallIsLeft ? leaf.Start : leaf.Start + left, Count = count, Depth = leaf.Depth + 1, Parent = node,
            IsLeft = smallIsLeft, Total = new float[kernel.Width],
        };
        Total(rows.Of(small), lanes).CopyTo(small.Total, 0);
        var rest = new float[kernel.Width];
        for (int i = 0; i < rest.Length; i++)
            rest[i] = leaf.Total[i] - small.Total[i];
        var large = new Leaf
        {
            Start = smallIsLeft ? leaf.Start + left : leaf.Start, Count = leaf.Count - count, Depth = leaf.Depth + 1,
            Parent = node, IsLeft = !smallIsLeft, Total = rest,
        };
        return (small, large);
    }

    /// <summary>Sums in fixed shards, added in order.</summary>
    private float[] Total(ReadOnlySpan<int> positions, nint lanes)
    {
        int shards = (positions.Length + RowPartition.ShardRows - 1) / RowPartition.ShardRows, width = kernel.Width;
        var parts = new float[Math.Max(1, shards) * width];
        fixed (int* first = positions)
        fixed (float* part = parts)
        {
            nint from = (nint)first, to = (nint)part;
            int count = positions.Length;
            SharedPool.Run(shards, threads, s =>
            {
                int start = s * RowPartition.ShardRows;
                kernel.Total(new ReadOnlySpan<int>((int*)from + start, Math.Min(RowPartition.ShardRows, count - start)),
                    (float*)lanes, (float*)to + s * width);
            });
        }
        for (int s = 1; s < shards; s++)
            for (int i = 0; i < width; i++)
                parts[i] += parts[s * width + i];
        return parts[..width];
    }

    private static void Link(List<TreeNode> nodes, Leaf leaf, int child)
    {
        if (leaf.Parent >= 0)
            nodes[leaf.Parent] = leaf.IsLeft ? nodes[leaf.Parent] with { Left = child }
                : nodes[leaf.Parent] with { Right = child };
    }
}
