namespace MLNet.MultiTask.Trees;

/// <summary>A tree's structure, and which training rows are in its leaves; values come later.</summary>
/// <param name="Nodes">The questions, parents before children.</param>
/// <param name="Gains">Gain of each.</param>
/// <param name="Leaves">Its leaves, by number.</param>
/// <param name="Rows">The rows of each leaf.</param>
internal sealed record GrownTree(TreeNode[] Nodes, float[] Gains, IReadOnlyList<Leaf> Leaves, RowPartition Rows);
