using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Trees;

/// <summary>The rows of a growing tree in order of its leaves: each leaf's rows lie together, ascending.</summary>
/// <param name="data">The rows.</param>
/// <param name="positions">Which of them; put into order.</param>
/// <param name="other">Room for as many numbers, which splits use.</param>
/// <param name="threads">Upper limit of threads.</param>
internal sealed class RowPartition(BinnedRows data, int[] positions, int[] other, int threads)
{
    /// <summary>Rows that are looked at in one piece, whatever the number of threads.</summary>
    public const int ShardRows = 8192;

    /// <summary>Positions of the rows of a leaf.</summary>
    public ReadOnlySpan<int> Of(Leaf leaf) => positions.AsSpan(leaf.Start, leaf.Count);

    /// <summary>Puts the rows of a leaf that go left before the others; both keep their order.</summary>
    /// <param name="leaf">The leaf.</param>
    /// <param name="column">The column that is asked about.</param>
    /// <param name="isLeft">The answer for each of its bins.</param>
    /// <returns>How many go left.</returns>
    public int Split(Leaf leaf, int column, bool[] isLeft)
    {
        int shards = (leaf.Count + ShardRows - 1) / ShardRows;
        var lefts = new int[shards + 1];
        SharedPool.Run(shards, threads, s =>
        {
            (int from, int to) = Shard(leaf, s);
            int left = from, right = to;
            Span<byte> bins = stackalloc byte[ShardRows];
            data.CopyBins(column, positions.AsSpan(from, to - from), bins);
            for (int i = from; i < to; i++)
                if (isLeft[bins[i - from]])
                    other[left++] = positions[i];
                else
                    other[--right] = positions[i];
            lefts[s + 1] = left - from;
        });
        for (int s = 0; s < shards; s++)
            lefts[s + 1] += lefts[s];
        int all = lefts[shards];
        SharedPool.Run(shards, threads, s =>
        {
            (int from, int to) = Shard(leaf, s);
            int count = lefts[s + 1] - lefts[s];
            other.AsSpan(from, count).CopyTo(positions.AsSpan(leaf.Start + lefts[s]));
            Span<int> right = other.AsSpan(from + count, to - from - count);
            right.Reverse();
            right.CopyTo(positions.AsSpan(leaf.Start + all + s * ShardRows - lefts[s]));
        });
        return all;
    }

    private static (int From, int To) Shard(Leaf leaf, int shard) => (leaf.Start + shard * ShardRows,
        leaf.Start + Math.Min(leaf.Count, (shard + 1) * ShardRows));
}
