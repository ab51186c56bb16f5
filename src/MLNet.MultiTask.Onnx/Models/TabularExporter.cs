using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Onnx.Graph;

namespace MLNet.MultiTask.Onnx.Models;

/// <summary>Scaled features, embeddings, the diagonal, dense layers with parametric activations, values kept in
/// range.</summary>
internal sealed class TabularExporter : IGroupModelExporter
{
    private const float ClipLimit = 3, GreatestShare = 1e15f;

    public string Kind => "tabular";

    public GroupScores Export(IGroupModel model, string features, GraphBuilder graph)
    {
        var network = (TabularNetwork)model;
        TabularShape shape = network.Shape;
        string values = TabularEmbeddings.Export(network, Scaled(network.Scaling, features, graph), graph);
        values = graph.Add("Mul", [values, Vector(network, shape.DiagonalOffset, shape.SlotCount, graph)]);
        foreach (TabularLayer layer in shape.Layers)
        {
            string weights = graph.Constant(
                network.Parameters.AsSpan(layer.WeightOffset, layer.Outputs * layer.Inputs), layer.Outputs,
                layer.Inputs);
            string sums = graph.Add("Gemm", [values, weights], OnnxAttribute.Of("transB", 1L));
            values = graph.Add("Add", [graph.Add("Mul", [sums, graph.Constant(layer.Scale)]),
                Vector(network, layer.BiasOffset, layer.Outputs, graph)]);
            if (!layer.IsHead)
                values = Activated(shape.Activation, values, Vector(network, layer.SlopeOffset, layer.Outputs, graph),
                    graph);
        }
        return TaskOutputs.Of(model, InUnits(network, values, graph), graph);
    }

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
        float[] scales = [.. Enumerable.Repeat(1f, count)], means = new float[count];
        float[] lowest = [.. Enumerable.Repeat(float.MinValue, count)];
        float[] highest = [.. Enumerable.Repeat(float.MaxValue, count)];
        for (int t = 0; t < network.Tasks.Count; t++)
            if (network.Tasks[t].Kind == TaskKind.Regression)
                (means[network.OutputOffset(t)], scales[network.OutputOffset(t)], lowest[network.OutputOffset(t)],
                    highest[network.OutputOffset(t)]) = network.Targets[t];
        string values = graph.Add("Add", [graph.Add("Mul", [outputs, graph.Constant(scales, count)]),
            graph.Constant(means, count)]);
        return graph.Add("Min", [graph.Add("Max", [values, graph.Constant(lowest, count)]),
            graph.Constant(highest, count)]);
    }

    private static string Vector(TabularNetwork network, int offset, int count, GraphBuilder graph) =>
        graph.Constant(network.Parameters.AsSpan(offset, count), count);
}
