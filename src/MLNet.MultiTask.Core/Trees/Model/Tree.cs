namespace MLNet.MultiTask.Trees;

/// <summary>One regression tree whose leaves hold a value for each of some neighbouring outputs.</summary>
/// <param name="nodes">The questions, the root first; empty where the tree is one leaf.</param>
/// <param name="values">leaves×outputs, row-major.</param>
/// <param name="firstOutput">Output of the first value.</param>
/// <param name="outputCount">Values per leaf.</param>
/// <param name="gains">What each node's split made better in training.</param>
/// <param name="leafCounts">Training rows of each leaf.</param>
internal sealed class Tree(TreeNode[] nodes, float[] values, int firstOutput, int outputCount, float[] gains,
    int[] leafCounts)
{
    public TreeNode[] Nodes { get; } = nodes;

    public float[] Values { get; } = values;

    public int FirstOutput { get; } = firstOutput;

    public int OutputCount { get; } = outputCount;

    public float[] Gains { get; } = gains;

    public int[] LeafCounts { get; } = leafCounts;

    /// <summary>Values of one leaf.</summary>
    public Span<float> Leaf(int leaf) => Values.AsSpan(leaf * OutputCount, OutputCount);

    /// <summary>Training rows that pass each node.</summary>
    public double[] NodeCounts()
    {
        var counts = new double[Nodes.Length];
        // Children come after their parents.
        for (int n = counts.Length - 1; n >= 0; n--)
            counts[n] = Count(Nodes[n].Left) + Count(Nodes[n].Right);
        return counts;

        double Count(int child) => child >= 0 ? counts[child] : LeafCounts[~child];
    }

    /// <summary>The leaf of a row.</summary>
    public int LeafOf(ReadOnlySpan<float> features)
    {
        int node = Nodes.Length == 0 ? ~0 : 0;
        while (node >= 0)
            node = Nodes[node].Next(features);
        return ~node;
    }
}
