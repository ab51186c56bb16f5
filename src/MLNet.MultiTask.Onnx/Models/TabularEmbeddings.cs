using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Onnx.Graph;

namespace MLNet.MultiTask.Onnx.Models;

/// <summary>What a tabular network makes of its scaled features.</summary>
internal static class TabularEmbeddings
{
    private const int Frequencies = 16, Combinations = 3;

    /// <summary>rows × slots.</summary>
    public static string Export(TabularNetwork network, string scaled, GraphBuilder graph)
    {
        TabularShape shape = network.Shape;
        var slots = new List<string>();
        for (int c = 0; c < shape.FeatureCount;)
        {
            int first = c++;
            if (shape.IsEmbedded(first))
            {
                string column = graph.Columns(scaled, [first]);
                ReadOnlySpan<float> own =
                    network.Parameters.AsSpan(shape.EmbeddingOffset(first)..shape.EmbeddingOffset(first + 1));
                slots.Add(shape.Embedding == FeatureEmbedding.Periodic ? Periodic(own, column, graph)
                    : PiecewiseLinear(own, network.Edges[first], column, graph));
                continue;
            }
            while (c < shape.FeatureCount && !shape.IsEmbedded(c))
                c++;
            slots.Add(graph.Columns(scaled, [.. Enumerable.Range(first, c - first).Select(f => (long)f)]));
        }
        return graph.Concatenate(slots);
    }

    private static string Periodic(ReadOnlySpan<float> parameters, string column, GraphBuilder graph)
    {
        float[] frequencies = [.. parameters[..Frequencies].ToArray().Select(w => 2 * MathF.PI * w)];
        string phases = graph.Add("Add", [graph.Add("Mul", [column, graph.Constant(frequencies, 1, Frequencies)]),
            graph.Constant(parameters.Slice(Frequencies, Frequencies), Frequencies)]);
        ReadOnlySpan<float> combinations = parameters[(2 * Frequencies)..];
        string combined = graph.Add("Gemm",
            [graph.Add("Cos", [phases]),
                graph.Constant(combinations[..(Combinations * Frequencies)], Combinations, Frequencies),
                graph.Constant(combinations[(Combinations * Frequencies)..], Combinations)],
            OnnxAttribute.Of("transB", 1L));
        return graph.Concatenate([column, combined]);
    }

    private static string PiecewiseLinear(ReadOnlySpan<float> parameters, float[] edges, string column,
        GraphBuilder graph)
    {
        const int outputs = PiecewiseLinearEmbedding.Outputs;
        int bins = edges.Length - 1;
        float[] widths = [.. Enumerable.Range(0, bins).Select(m => edges[m + 1] - edges[m])];
        // The first bin has no lower limit, the last no upper one.
        float[] lowest = [.. Enumerable.Range(0, bins).Select(m => m == 0 ? float.MinValue : 0)];
        float[] highest = [.. Enumerable.Range(0, bins).Select(m => m == bins - 1 ? float.MaxValue : 1)];
        string shares = graph.Add("Div", [graph.Add("Sub", [column, graph.Constant(edges.AsSpan(0, bins), 1, bins)]),
            graph.Constant(widths, bins)]);
        shares = graph.Add("Min", [graph.Add("Max", [shares, graph.Constant(lowest, bins)]),
            graph.Constant(highest, bins)]);
        string line = graph.Add("Mul", [column, graph.Constant(parameters[..outputs], 1, outputs)]);
        string bent = graph.Add("Gemm", [shares, graph.Constant(parameters[(2 * outputs)..], bins, outputs),
            graph.Constant(parameters.Slice(outputs, outputs), outputs)]);
        return graph.Add("Add", [line, bent]);
    }
}
