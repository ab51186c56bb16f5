using MLNet.MultiTask.Onnx.Protobuf;

namespace MLNet.MultiTask.Onnx.Graph;

/// <summary>A graph as another exporter wrote it (ModelProto).</summary>
internal sealed record OnnxModel(IReadOnlyList<OnnxNode> Nodes, IReadOnlyDictionary<string, OnnxTensor> Constants,
    IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs)
{
    private const int IrVersion = 6, StandardVersion = 12, MachineLearningVersion = 2;

    /// <summary>Version of the standard operators.</summary>
    public const int OperatorSet = StandardVersion;

    public static OnnxModel Read(ReadOnlyMemory<byte> message)
    {
        var nodes = new List<OnnxNode>();
        var constants = new Dictionary<string, OnnxTensor>(StringComparer.Ordinal);
        List<string> inputs = [], outputs = [];
        ReadOnlyMemory<byte> graph = ProtoReader.Fields(message).Last(f => f.Number == 7).Content;
        foreach (ProtoField field in ProtoReader.Fields(graph))
            switch (field.Number)
            {
                case 1: nodes.Add(OnnxNode.Read(field.Content)); break;
                case 5:
                    (string name, OnnxTensor tensor) = OnnxTensor.Read(field.Content);
                    constants.Add(name, tensor);
                    break;
                case 11: inputs.Add(NameOf(field.Content)); break;
                case 12: outputs.Add(NameOf(field.Content)); break;
            }
        return new OnnxModel(nodes, constants, [.. inputs.Except(constants.Keys)], outputs);
    }

    /// <summary>Writes a whole model.</summary>
    public static byte[] Write(GraphBuilder graph, IEnumerable<OnnxNode> nodes, IEnumerable<string> constants,
        IEnumerable<OnnxValue> inputs, IEnumerable<OnnxValue> outputs)
    {
        ProtoWriter body = new(), model = new();
        int number = 0;
        foreach (OnnxNode node in nodes)
            body.Message(1, node.Write($"{node.Operator}{number++}"));
        body.Text(2, "pipeline");
        foreach (string constant in constants)
            body.Message(5, graph.Constants[constant].Write(constant));
        foreach (OnnxValue input in inputs)
            body.Message(11, input.Write());
        foreach (OnnxValue output in outputs)
            body.Message(12, output.Write());
        model.Integer(1, IrVersion);
        model.Text(2, "MLNet.MultiTask");
        model.Message(7, body);
        model.Message(8, Operators(OnnxNode.Standard, StandardVersion));
        model.Message(8, Operators(OnnxNode.MachineLearning, MachineLearningVersion));
        return model.ToArray();
    }

    private static ProtoWriter Operators(string domain, int version)
    {
        var set = new ProtoWriter();
        set.Text(1, domain);
        set.Integer(2, version);
        return set;
    }

    private static string NameOf(ReadOnlyMemory<byte> value) =>
        ProtoReader.Fields(value).First(f => f.Number == 1).Text;
}
