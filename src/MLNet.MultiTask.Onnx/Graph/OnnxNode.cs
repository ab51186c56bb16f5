using MLNet.MultiTask.Onnx.Protobuf;

namespace MLNet.MultiTask.Onnx.Graph;

/// <summary>One operation; its attributes as they are written (AttributeProto).</summary>
internal sealed record OnnxNode(string Operator, string Domain, string[] Inputs, string[] Outputs,
    IReadOnlyList<ReadOnlyMemory<byte>> Attributes)
{
    public const string Standard = "", MachineLearning = "ai.onnx.ml";

    public static OnnxNode Read(ReadOnlyMemory<byte> message)
    {
        List<string> inputs = [], outputs = [];
        List<ReadOnlyMemory<byte>> attributes = [];
        string operation = "", domain = "";
        foreach (ProtoField field in ProtoReader.Fields(message))
            switch (field.Number)
            {
                case 1: inputs.Add(field.Text); break;
                case 2: outputs.Add(field.Text); break;
                case 4: operation = field.Text; break;
                case 5: attributes.Add(field.Content); break;
                case 7: domain = field.Text; break;
            }
        return new OnnxNode(operation, domain, [.. inputs], [.. outputs], attributes);
    }

    public ProtoWriter Write(string name)
    {
        var writer = new ProtoWriter();
        foreach (string input in Inputs)
            writer.Text(1, input);
        foreach (string output in Outputs)
            writer.Text(2, output);
        writer.Text(3, name);
        writer.Text(4, Operator);
        foreach (ReadOnlyMemory<byte> attribute in Attributes)
            writer.Bytes(5, attribute.Span);
        if (Domain != Standard)
            writer.Text(7, Domain);
        return writer;
    }
}
