using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Onnx.Graph;

namespace MLNet.MultiTask.Onnx.Models;

/// <summary>
/// Scaled features, embeddings, the diagonal, dense layers with parametric activations, the mean of members, the linear
/// path, values kept in range.
/// </summary>
internal sealed class TabularExporter : IGroupModelExporter
{
    private const float ClipLimit = 3, GreatestShare = 1e15f;

    public string Kind => "tabular";

    public GroupScores Export(IGroupModel model, string features, GraphBuilder graph)
    {
        var network = (TabularNetwork)model;
        TabularShape shape = network.Shape;
        string scaled = Scaled(network.Scaling, features, graph);
        string values = TabularEmbeddings.Export(network, scaled, graph);
        values = graph.Add("Mul", [values, Vector(network, shape.DiagonalOffset, shape.SlotCount, graph)]);
        if (shape.Members > 1)
            values = TabularMembers.Split(network, values, graph);
        foreach (TabularLayer layer in shape.Layers[..^1])
            values = Activated(shape.Activation, Sums(network, layer, values, graph),
                Vector(network, layer.SlopeOffset, layer.Outputs, graph), graph);
        string? direct = shape.LinearSkip ? Direct(network, scaled, graph) : null;
        string outputs = shape.Members > 1 ? TabularMembers.Mean(network, values, direct, graph)
            : Plus(Sums(network, shape.Layers[^1], values, graph), direct, graph);
        return TaskOutputs.Of(model, InUnits(network, outputs, graph), graph);
    }

    private static string Sums(TabularNetwork network, TabularLayer layer, string values, GraphBuilder graph)
    {
        string weights = graph.Constant(network.Parameters.AsSpan(layer.WeightOffset, layer.Outputs * layer.Inputs),
            layer.Outputs, layer.Inputs);
        string sums = graph.Add("Gemm", [values, weights], OnnxAttribute.Of("transB", 1L));
        return graph.Add("Add", [graph.Add("Mul", [sums, graph.Constant(layer.Scale)]),
            Vector(network, layer.BiasOffset, layer.Outputs, graph)]);
    }

    private static string Direct(TabularNetwork network, string scaled, GraphBuilder graph)
    {
        int features = network.FeatureCount, outputs = network.OutputCount;
        string weights = graph.Constant(network.Parameters.AsSpan(network.Shape.SkipOffset, outputs * features),
            outputs, features);
        return graph.Add("Mul", [graph.Add("Gemm", [scaled, weights], OnnxAttribute.Of("transB", 1L)),
            graph.Constant(1 / MathF.Sqrt(features))]);
    }

    private static string Plus(string outputs, string? more, GraphBuilder graph) =>
        more is null ? outputs : graph.Add("Add", [outputs, more]);

    private static string Scaled(FeatureScaling scaling, string features, GraphBuilder graph)
    {
        string scaled = graph.Add("Mul",
            [graph.Add("Sub", [features, graph.Constant(scaling.Centers, scaling.Centers.Length)]),
                graph.Constant(scaling.Factors, scaling.Factors.Length)]);
        if (!scaling.SmoothClip)
            return scaled;
        string share = graph.Add("Clip", [graph.Add("Div", [scaled, graph.Constant(ClipLimit)]),
            graph.Constant(-GreatestShare), graph.Constant(GreatestShare)]);
        string root = graph.Add("Sqrt",
            [graph.Add("Add", [graph.Constant(1), graph.Add("Mul", [share, share])])]);
        return graph.Add("Div", [graph.Add("Mul", [share, graph.Constant(ClipLimit)]), root]);
    }

    // x + a·(σ(x) − x); Mish from e^−|x|, which cannot overflow.
    private static string Activated(NetworkActivation activation, string x, string slopes, GraphBuilder graph)
    {
        string value = activation == NetworkActivation.Selu ? graph.Add("Selu", [x]) : Mish(x, graph);
        return graph.Add("Add", [x, graph.Add("Mul", [slopes, graph.Add("Sub", [value, x])])]);
    }

    private static string Mish(string x, GraphBuilder graph)
    {
        string u = graph.Add("Exp", [graph.Add("Neg", [graph.Add("Abs", [x])])]), one = graph.Constant(1);
        string two = graph.Constant(2), isNegative = graph.Add("Less", [x, graph.Constant(0)]);
        string square = graph.Add("Mul", [u, u]), twice = graph.Add("Mul", [u, two]);
        string n = graph.Add("Add",
            [twice, graph.Add("Where", [isNegative, square, one])]);
        string rest = graph.Add("Where", [isNegative, two, graph.Add("Mul", [square, two])]);
        return graph.Add("Mul", [x, graph.Add("Div", [n, graph.Add("Add", [n, rest])])]);
    }

    private static string InUnits(TabularNetwork network, string outputs, GraphBuilder graph)
    {
        int count = network.OutputCount;
        float[] means = new float[count], scales = new float[count];
        float[] lowest = new float[count], highest = new float[count];
        for (int t = 0; t < network.Tasks.Count; t++)
            for (int o = network.OutputOffset(t); o < network.OutputOffset(t) + network.Tasks[t].OutputCount; o++)
                (means[o], scales[o], lowest[o], highest[o]) = network.Targets[t];
        string values = graph.Add("Add", [graph.Add("Mul", [outputs, graph.Constant(scales, count)]),
            graph.Constant(means, count)]);
        return graph.Add("Min", [graph.Add("Max", [values, graph.Constant(lowest, count)]),
            graph.Constant(highest, count)]);
    }

    private static string Vector(TabularNetwork network, int offset, int count, GraphBuilder graph) =>
        graph.Constant(network.Parameters.AsSpan(offset, count), count);
}
