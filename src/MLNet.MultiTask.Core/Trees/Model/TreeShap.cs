namespace MLNet.MultiTask.Trees;

/// <summary>
/// Path-dependent TreeSHAP (Lundberg et al. 2020, algorithm 2): Shapley values of a row's outputs in the game where a
/// tree that is not told a feature goes both ways, weighted by training rows. The weights of a leaf are the same for
/// all outputs, so vector leaves cost little more.
/// </summary>
internal static class TreeShap
{
    /// <summary>(d+1)×outputs, row-major; the last row is the expected output.</summary>
    public static double[] Of(BoostedForest forest, ReadOnlySpan<float> features)
    {
        int outputs = forest.OutputCount;
        var values = new double[(forest.FeatureCount + 1) * outputs];
        for (int j = 0; j < outputs; j++)
            values[forest.FeatureCount * outputs + j] = forest.Start[j];
        foreach (Tree tree in forest.Trees)
            AddTree(tree, features, values, outputs, forest.FeatureCount);
        for (int t = 0; t < forest.Tasks.Count; t++)
            if (forest.Tasks[t].Kind == TaskKind.Regression)
            {
                for (int f = 0; f <= forest.FeatureCount; f++)
                    values[f * outputs + forest.OutputOffset(t)] *= forest.TargetScales[t];
                values[forest.FeatureCount * outputs + forest.OutputOffset(t)] += forest.TargetMeans[t];
            }
        return values;
    }

    private static void AddTree(Tree tree, ReadOnlySpan<float> features, double[] values, int outputs, int bias)
    {
        double[] counts = tree.NodeCounts();
        double all = tree.Nodes.Length == 0 ? tree.LeafCounts[0] : counts[0];
        for (int l = 0; l < tree.LeafCounts.Length; l++)
            Add(tree, l, tree.LeafCounts[l] / all, values.AsSpan(bias * outputs + tree.FirstOutput));
        if (tree.Nodes.Length > 0)
            Visit(new Walk(tree, counts, values, outputs), features, 0, [], 1, 1, -1);
    }

    /// <summary>
    /// Goes down with the path of features so far. Of each: the share of rows that follow without being told the
    /// feature, whether the row itself follows, and the weights of the subsets of all sizes.
    /// </summary>
    private static void Visit(Walk walk, ReadOnlySpan<float> features, int node, PathStep[] path, double zero,
        double one, int feature)
    {
        path = Extended(path, zero, one, feature);
        if (node < 0)
        {
            for (int i = 1; i < path.Length; i++)
            {
                double weight = WeightWithout(path, i) * (path[i].One - path[i].Zero);
                Add(walk.Tree, ~node, weight,
                    walk.Values.AsSpan(path[i].Feature * walk.Outputs + walk.Tree.FirstOutput));
            }
            return;
        }
        TreeNode question = walk.Tree.Nodes[node];
        bool left = question.GoesLeft(features);
        (double knownZero, double knownOne) = (1, 1);
        int known = Array.FindIndex(path, s => s.Feature == question.Feature);
        if (known > 0)
        {
            (knownZero, knownOne) = (path[known].Zero, path[known].One);
            path = Unwound(path, known);
        }
        double count = walk.Counts[node];
        Visit(walk, features, question.Left, path, knownZero * walk.Count(question.Left) / count,
            left ? knownOne : 0, question.Feature);
        Visit(walk, features, question.Right, path, knownZero * walk.Count(question.Right) / count,
            left ? 0 : knownOne, question.Feature);
    }

    private static PathStep[] Extended(PathStep[] path, double zero, double one, int feature)
    {
        int length = path.Length;
        PathStep[] longer = [.. path, new PathStep(feature, zero, one, length == 0 ? 1 : 0)];
        for (int i = length - 1; i >= 0; i--)
        {
            longer[i + 1].Weight += one * longer[i].Weight * (i + 1) / (length + 1);
            longer[i].Weight = zero * longer[i].Weight * (length - i) / (length + 1);
        }
        return longer;
    }

    private static PathStep[] Unwound(PathStep[] path, int index)
    {
        int last = path.Length - 1;
        var shorter = (PathStep[])path.Clone();
        (double zero, double one, double next) = (path[index].Zero, path[index].One, path[last].Weight);
        for (int i = last - 1; i >= 0; i--)
            if (one != 0)
            {
                double weight = shorter[i].Weight;
                shorter[i].Weight = next * (last + 1) / ((i + 1) * one);
                next = weight - shorter[i].Weight * zero * (last - i) / (last + 1);
            }
            else
                shorter[i].Weight = shorter[i].Weight * (last + 1) / (zero * (last - i));
        for (int i = index; i < last; i++)
            shorter[i] = shorter[i + 1] with { Weight = shorter[i].Weight };
        return shorter[..last];
    }

    private static double WeightWithout(PathStep[] path, int index)
    {
        double sum = 0;
        foreach (PathStep step in Unwound(path, index))
            sum += step.Weight;
        return sum;
    }

    private static void Add(Tree tree, int leaf, double weight, Span<double> to)
    {
        ReadOnlySpan<float> own = tree.Leaf(leaf);
        for (int j = 0; j < own.Length; j++)
            to[j] += weight * own[j];
    }

    private sealed record Walk(Tree Tree, double[] Counts, double[] Values, int Outputs)
    {
        public double Count(int child) => child >= 0 ? Counts[child] : Tree.LeafCounts[~child];
    }

    private record struct PathStep(int Feature, double Zero, double One, double Weight);
}
