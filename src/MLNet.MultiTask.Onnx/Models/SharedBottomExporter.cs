using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Onnx.Graph;

namespace MLNet.MultiTask.Onnx.Models;

/// <summary>Dense layers with or without layer norm, ReLU between, the skip, and the scores of the heads.</summary>
internal sealed class SharedBottomExporter : IGroupModelExporter
{
    public string Kind => "shared-bottom";

    public GroupScores Export(IGroupModel model, string features, GraphBuilder graph)
    {
        var network = (SharedBottomNetwork)model;
        string values = features;
        for (int l = 0; l < network.Shape.LayerCount; l++)
        {
            LayerShape layer = network.Shape.Layer(l);
            values = graph.Add("Gemm", [values, Weights(network, layer, graph),
                graph.Constant(network.Parameters.AsSpan(layer.BiasOffset, layer.Outputs), layer.Outputs)],
                OnnxAttribute.Of("transB", 1L));
            if (layer.IsNormalized)
                values = LayerNorm(network.Parameters.AsSpan(layer.GainOffset, layer.Outputs),
                    network.Parameters.AsSpan(layer.ShiftOffset, layer.Outputs), values, graph);
            if (l < network.Shape.LayerCount - 1)
                values = graph.Add("Relu", [values]);
        }
        if (network.Shape.Skip is { } skip)
            values = graph.Add("Gemm", [features, Weights(network, skip, graph), values],
                OnnxAttribute.Of("transB", 1L));
        IEnumerable<string> scores = network.Shape.Runs.Select(run => Scores(network, run, graph.Columns(values,
            [.. Enumerable.Range(run.FirstOutput, run.OutputCount).Select(o => (long)o)]), graph));
        return new GroupScores(graph.Concatenate([.. scores]), values);
    }

    private static string Weights(SharedBottomNetwork network, LayerShape layer, GraphBuilder graph) => graph.Constant(
        network.Parameters.AsSpan(layer.WeightOffset, layer.Outputs * layer.Inputs), layer.Outputs, layer.Inputs);

    /// <summary>gain·n + shift of all columns.</summary>
    public static string LayerNorm(ReadOnlySpan<float> gain, ReadOnlySpan<float> shift, string values,
        GraphBuilder graph)
    {
        ReadOnlyMemory<byte>[] along = [OnnxAttribute.Of("axes", [1L]), OnnxAttribute.Of("keepdims", 1L)];
        string centred = graph.Add("Sub", [values, graph.Add("ReduceMean", [values], along)]);
        string variance = graph.Add("ReduceMean", [graph.Add("Mul", [centred, centred])], along);
        string deviation = graph.Add("Sqrt",
            [graph.Add("Add", [variance, graph.Constant(Networks.LayerNorm.Epsilon)])]);
        string scaled = graph.Add("Mul", [graph.Add("Div", [centred, deviation]),
            graph.Constant(gain, gain.Length)]);
        return graph.Add("Add", [scaled, graph.Constant(shift, shift.Length)]);
    }

    private static string Scores(SharedBottomNetwork network, TaskRun run, string raw, GraphBuilder graph) =>
        run.Kind switch
        {
            TaskKind.Binary => Probabilities.Sigmoid(raw, graph),
            TaskKind.Multiclass => Probabilities.Softmax(raw, graph),
            _ => graph.Add("Add", [graph.Add("Mul", [raw,
                graph.Constant(network.TargetScales.AsSpan(run.FirstTask, run.OutputCount), run.OutputCount)]),
                graph.Constant(network.TargetMeans.AsSpan(run.FirstTask, run.OutputCount), run.OutputCount)]),
        };
}
