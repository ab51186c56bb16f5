namespace MLNet.MultiTask.Trees;

/// <summary>
/// Importance of features for one task: each split counts with n_L n_R / (n_L + n_R) (m_L − m_R)², the training
/// rows n and mean values m of the task on its two sides, which is what the split takes from the variance of a tree's
/// output (Breiman et al. 1984, section 5.3.1).
/// </summary>
internal static class SplitVariance
{
    public static double[] Of(BoostedForest forest, int firstOutput, int outputs)
    {
        var importance = new double[forest.FeatureCount];
        foreach (Tree tree in forest.Trees)
            if (tree.FirstOutput <= firstOutput && firstOutput + outputs <= tree.FirstOutput + tree.OutputCount)
                for (int k = 0; k < outputs; k++)
                    Add(tree, firstOutput + k - tree.FirstOutput, importance);
        return importance;
    }

    private static void Add(Tree tree, int output, double[] importance)
    {
        double[] counts = tree.NodeCounts(), sums = new double[tree.Nodes.Length];
        // Children come after their parents.
        for (int n = tree.Nodes.Length - 1; n >= 0; n--)
        {
            (double leftCount, double leftSum) = Side(tree.Nodes[n].Left);
            (double rightCount, double rightSum) = Side(tree.Nodes[n].Right);
            sums[n] = leftSum + rightSum;
            double difference = leftSum / leftCount - rightSum / rightCount;
            importance[tree.Nodes[n].Feature] +=
                leftCount * rightCount / (leftCount + rightCount) * difference * difference;
        }

        (double Count, double Sum) Side(int child) => child >= 0 ? (counts[child], sums[child])
            : (tree.LeafCounts[~child], (double)tree.LeafCounts[~child] * tree.Leaf(~child)[output]);
    }
}
