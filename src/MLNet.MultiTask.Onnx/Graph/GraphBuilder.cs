namespace MLNet.MultiTask.Onnx.Graph;

/// <summary>Collects the nodes and constants of a graph; every tensor gets a name of its own.</summary>
internal sealed class GraphBuilder
{
    private readonly List<OnnxNode> _nodes = [];
    private readonly Dictionary<string, OnnxTensor> _constants = new(StringComparer.Ordinal);
    private int _names;

    public IReadOnlyList<OnnxNode> Nodes => _nodes;

    public IReadOnlyDictionary<string, OnnxTensor> Constants => _constants;

    /// <summary>A name that no other tensor has.</summary>
    public string NewName(string hint) => $"{hint}_{_names++}";

    public void Add(OnnxNode node) => _nodes.Add(node);

    public string Add(OnnxTensor constant)
    {
        string name = NewName("constant");
        _constants.Add(name, constant);
        return name;
    }

    public string Constant(float value) => Add(OnnxTensor.Of([value], []));

    public string Constant(ReadOnlySpan<float> values, params ReadOnlySpan<long> dimensions) =>
        Add(OnnxTensor.Of(values, dimensions));

    /// <summary>One operation of ONNX's own domain with one output.</summary>
    public string Add(string operation, string[] inputs, params IReadOnlyList<ReadOnlyMemory<byte>> attributes) =>
        Add(operation, OnnxNode.Standard, inputs, attributes);

    /// <summary>One operation with one output.</summary>
    public string Add(string operation, string domain, string[] inputs, IReadOnlyList<ReadOnlyMemory<byte>> attributes)
    {
        string output = NewName(operation);
        _nodes.Add(new OnnxNode(operation, domain, inputs, [output], attributes));
        return output;
    }

    /// <summary>Some columns of a rows × width tensor.</summary>
    public string Columns(string tensor, IReadOnlyList<long> columns) =>
        Add("Gather", [tensor, Add(OnnxTensor.Of([.. columns], columns.Count))], OnnxAttribute.Of("axis", 1));

    /// <summary>Tensors of rows × widths beside one another.</summary>
    public string Concatenate(IReadOnlyList<string> tensors) =>
        tensors.Count == 1 ? tensors[0] : Add("Concat", [.. tensors], OnnxAttribute.Of("axis", 1));

    /// <summary>The tensor as a type of elements.</summary>
    public string Cast(string tensor, ElementType type) =>
        Add("Cast", [tensor], OnnxAttribute.Of("to", (long)type));
}
