using MLNet.MultiTask.Trees;

namespace MLNet.MultiTask.Persistence;

/// <summary>
/// A forest in a file: what it starts with and the scaling of its targets; per tree four counts; then nodes, leaves and
/// categories of all trees, one after the other.
/// </summary>
internal sealed class ForestFormat()
    : GroupModelFormat<BoostedForest, ForestContent>(BoostedForest.KindName, ModelJson.Default.ForestContent)
{
    private const int CountsPerTree = 4;

    protected override (ForestContent, IReadOnlyList<Section>) Store(BoostedForest model, GroupModelFormats formats)
    {
        TreeNode[] nodes = [.. model.Trees.SelectMany(t => t.Nodes)];
        int[] slots = [.. nodes.SelectMany(n => n.Slots ?? [])];
        float[] values = [.. model.Trees.SelectMany(t => t.Values)];
        int[] leaves = [.. model.Trees.SelectMany(t => t.LeafCounts)];
        Section[] sections =
        [
            Section.Of("start", model.Start), Section.Of("targetMeans", model.TargetMeans),
            Section.Of("targetScales", model.TargetScales),
            Section.Of("trees", [.. model.Trees.SelectMany(t => (int[])[t.Nodes.Length, t.LeafCounts.Length,
                t.FirstOutput, t.OutputCount])], model.Trees.Count, CountsPerTree),
            // Feature, left child, right child (complement = leaf), kind (0 number, 1 missing go left, 2 category),
            // slots of the category.
            Section.Of("nodes", [.. nodes.SelectMany(n => (int[])[n.Feature, n.Left, n.Right,
                n.Slots is not null ? 2 : n.MissingLeft ? 1 : 0, n.Slots?.Length ?? 0])], nodes.Length, 5),
            Section.Of("thresholds", [.. nodes.Select(n => n.Threshold)]),
            Section.Of("gains", [.. model.Trees.SelectMany(t => t.Gains)]),
            Section.Of("slots", slots), Section.Of("leafCounts", leaves), Section.Of("values", values),
        ];
        return (new ForestContent(model.Trees.Count, nodes.Length, leaves.Length, values.Length, slots.Length),
            sections);
    }

    protected override ModelPlan Plan(ForestContent content, ModelFrame frame)
    {
        (int trees, int nodes, int leaves, int values, int slots) = content;
        if (trees < 0 || nodes < 0 || leaves < 0 || values < 0 || slots < 0)
            throw new FormatException("A forest has a negative number of trees, nodes, leaves, values or slots");
        long outputs = frame.Tasks.Sum(t => (long)t.OutputCount), tasks = frame.Tasks.Count;
        return new ModelPlan(
        [
            ("start", SectionType.F32, [outputs]), ("targetMeans", SectionType.F32, [tasks]),
            ("targetScales", SectionType.F32, [tasks]), ("trees", SectionType.I32, [trees, CountsPerTree]),
            ("nodes", SectionType.I32, [nodes, 5]), ("thresholds", SectionType.F32, [nodes]),
            ("gains", SectionType.F32, [nodes]), ("slots", SectionType.I32, [slots]),
            ("leafCounts", SectionType.I32, [leaves]), ("values", SectionType.F32, [values]),
        ], outputs + 2 * tasks + 4L * trees + 7L * nodes + leaves + values + slots,
            s => new ForestReader(s, frame, (int)outputs).Read());
    }
}

/// <summary>How much of everything a forest has, over all trees.</summary>
internal sealed record ForestContent(int Trees, int Nodes, int Leaves, int Values, int Slots);
