namespace MLNet.MultiTask.Onnx.Graph;

/// <summary>Leaves out what no output needs.</summary>
internal static class Pruning
{
    /// <summary>The nodes behind some outputs, in order, and the names of all tensors they touch.</summary>
    public static (IReadOnlyList<OnnxNode> Nodes, IReadOnlySet<string> Tensors) Needed(GraphBuilder graph,
        IEnumerable<OnnxValue> outputs)
    {
        var needed = outputs.Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        var nodes = new Stack<OnnxNode>();
        // A node comes behind those that it needs.
        foreach (OnnxNode node in graph.Nodes.Reverse())
            if (node.Outputs.Any(needed.Contains))
            {
                needed.UnionWith(node.Inputs);
                nodes.Push(node);
            }
        return ([.. nodes], needed);
    }
}
