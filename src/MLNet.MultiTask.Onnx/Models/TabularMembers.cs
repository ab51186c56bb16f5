using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Onnx.Graph;

namespace MLNet.MultiTask.Onnx.Models;

/// <summary>The members of a tabular network: rows one after the other, each once for a member.</summary>
internal static class TabularMembers
{
    private const float Limit = 80;

    /// <summary>rows × slots to rows·k × slots.</summary>
    public static string Split(TabularNetwork network, string values, GraphBuilder graph)
    {
        int members = network.Shape.Members, slots = network.Shape.SlotCount;
        string factors = graph.Constant(
            network.Parameters.AsSpan(network.Shape.MemberOffset(0), members * slots), members, slots);
        return Reshape(graph.Add("Mul", [Reshape(values, graph, -1, 1, slots), factors]), graph, -1, slots);
    }

    /// <summary>rows·k × width, and rows × outputs that are added for each member, to rows × outputs.</summary>
    public static string Mean(TabularNetwork network, string values, string? direct, GraphBuilder graph)
    {
        TabularShape shape = network.Shape;
        TabularLayer heads = shape.Layers[^1];
        // k × rows × width times k × width × outputs.
        string input = graph.Add("Transpose", [Reshape(values, graph, -1, shape.Members, heads.Inputs)],
            OnnxAttribute.Of("perm", [1L, 0L, 2L]));
        string weights = graph.Add("Transpose",
            [graph.Constant(network.Parameters.AsSpan(heads.WeightOffset, heads.Units * heads.Inputs),
                shape.Members, heads.Outputs, heads.Inputs)], OnnxAttribute.Of("perm", [0L, 2L, 1L]));
        string outputs = graph.Add("Add",
            [graph.Add("Mul", [graph.Add("MatMul", [input, weights]), graph.Constant(heads.Scale)]),
                graph.Constant(network.Parameters.AsSpan(heads.BiasOffset, heads.Units), shape.Members, 1,
                    heads.Outputs)]);
        if (direct is not null)
            outputs = graph.Add("Add", [outputs, direct]);
        var parts = new List<string>();
        for (int t = 0; t < network.Tasks.Count; t++)
        {
            long[] columns = [.. Enumerable.Range(network.OutputOffset(t), network.Tasks[t].OutputCount)
                .Select(o => (long)o)];
            string own = graph.Add("Gather", [outputs, graph.Add(OnnxTensor.Of(columns, columns.Length))],
                OnnxAttribute.Of("axis", 2L));
            parts.Add(network.Tasks[t].Kind switch
            {
                TaskKind.Binary => Logit(own, graph),
                TaskKind.Multiclass => Classes(own, graph),
                _ => OverMembers("ReduceMean", own, graph),
            });
        }
        return graph.Concatenate(parts);
    }

    // From the sums of p and of 1 − p: the mean may be too near to 1.
    private static string Logit(string logits, GraphBuilder graph)
    {
        string z = graph.Add("Clip", [logits, graph.Constant(-Limit), graph.Constant(Limit)]);
        return graph.Add("Sub", [Part(z), Part(graph.Add("Neg", [z]))]);

        string Part(string own) =>
            graph.Add("Log", [OverMembers("ReduceMean", Probabilities.Sigmoid(own, graph), graph)]);
    }

    private static string Classes(string logits, GraphBuilder graph)
    {
        string most =
            graph.Add("ReduceMax", [logits], OnnxAttribute.Of("axes", [2L]), OnnxAttribute.Of("keepdims", 1L));
        string below = graph.Add("Max", [graph.Add("Sub", [logits, most]), graph.Constant(-Limit)]);
        string shares = graph.Add("Softmax", [below], OnnxAttribute.Of("axis", 2L));
        return graph.Add("Log", [OverMembers("ReduceMean", shares, graph)]);
    }

    private static string OverMembers(string reduction, string tensor, GraphBuilder graph) =>
        graph.Add(reduction, [tensor], OnnxAttribute.Of("axes", [0L]), OnnxAttribute.Of("keepdims", 0L));

    private static string Reshape(string tensor, GraphBuilder graph, params long[] dimensions) =>
        graph.Add("Reshape", [tensor, graph.Add(OnnxTensor.Of(dimensions, dimensions.Length))]);
}
