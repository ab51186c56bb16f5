using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Onnx.Graph;
using MLNet.MultiTask.Trees;

namespace MLNet.MultiTask.Onnx.Models;

/// <summary>
/// A boosted forest as one TreeEnsembleRegressor of raw outputs. Questions about categories ask for further columns
/// behind the features: 1 where one of the category's slots holds a value.
/// </summary>
internal sealed class ForestExporter : IGroupModelExporter
{
    public string Kind => BoostedForest.KindName;

    public GroupScores Export(IGroupModel model, string features, GraphBuilder graph)
    {
        var forest = (BoostedForest)model;
        int[][] categories = [.. forest.Trees.SelectMany(t => t.Nodes).Select(n => n.Slots).OfType<int[]>()];
        var ensemble = new TreeEnsemble(forest.FeatureCount);
        foreach (Tree tree in forest.Trees)
            ensemble.Add(tree);
        string raw = ensemble.IsEmpty ? Constant(forest.Start, features, graph)
            : graph.Add("TreeEnsembleRegressor", OnnxNode.MachineLearning,
                [categories.Length == 0 ? features : WithCategories(features, categories, forest.FeatureCount, graph)],
                ensemble.Attributes(forest.Start));
        float[] scales = [.. Enumerable.Repeat(1f, forest.OutputCount)], means = new float[forest.OutputCount];
        for (int t = 0; t < forest.Tasks.Count; t++)
            if (forest.Tasks[t].Kind == TaskKind.Regression)
                (scales[forest.OutputOffset(t)], means[forest.OutputOffset(t)]) =
                    (forest.TargetScales[t], forest.TargetMeans[t]);
        return TaskOutputs.Of(model, graph.Add("Add",
            [graph.Add("Mul", [raw, graph.Constant(scales, scales.Length)]), graph.Constant(means, means.Length)]),
            graph);
    }

    /// <summary>The same outputs for every row; not even a missing feature changes them.</summary>
    public static string Constant(float[] outputs, string features, GraphBuilder graph)
    {
        string number = graph.Cast(graph.Add("IsNaN", [graph.Columns(features, [0])]), ElementType.Single);
        return graph.Add("Add",
            [graph.Add("Mul", [number, graph.Constant(0)]), graph.Constant(outputs, outputs.Length)]);
    }

    private static string WithCategories(string features, int[][] categories, int featureCount, GraphBuilder graph)
    {
        var slots = new float[featureCount * categories.Length];
        for (int c = 0; c < categories.Length; c++)
            foreach (int slot in categories[c])
                slots[slot * categories.Length + c] = 1;
        string isNothing = graph.Add("Or",
            [graph.Add("Equal", [features, graph.Constant(0)]), graph.Add("IsNaN", [features])]);
        string values = graph.Cast(graph.Add("Not", [isNothing]), ElementType.Single);
        string counts = graph.Add("MatMul", [values, graph.Constant(slots, featureCount, categories.Length)]);
        return graph.Concatenate([features,
            graph.Cast(graph.Add("Greater", [counts, graph.Constant(0.5f)]), ElementType.Single)]);
    }
}
