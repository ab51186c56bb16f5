using MLNet.MultiTask.Onnx.Graph;

namespace MLNet.MultiTask.Onnx.Models;

/// <summary>From logits to probabilities by operators whose accuracy is known.</summary>
internal static class Probabilities
{
    /// <summary>
    /// 1 / (1 + e^−z) as e^min(z, 0) / (1 + e^−|z|): ONNX Runtime's Sigmoid is 0 from −18 down and not monotone near
    /// there.
    /// </summary>
    public static string Sigmoid(string logits, GraphBuilder graph)
    {
        string e = graph.Add("Exp", [graph.Add("Neg", [graph.Add("Abs", [logits])])]);
        string one = graph.Constant(1);
        string numerator = graph.Add("Where",
            [graph.Add("Less", [logits, graph.Constant(0)]), e, one]);
        return graph.Add("Div", [numerator, graph.Add("Add", [e, one])]);
    }

    /// <summary>Probabilities of classes, rows × K.</summary>
    public static string Softmax(string logits, GraphBuilder graph) =>
        graph.Add("Softmax", [logits], OnnxAttribute.Of("axis", 1L));
}
