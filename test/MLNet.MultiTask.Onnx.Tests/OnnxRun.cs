using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MLNet.MultiTask.Onnx.Tests;

/// <summary>An exported model in ONNX Runtime, fed with the columns of a view.</summary>
internal sealed class OnnxRun : IDisposable
{
    private readonly InferenceSession _session;
    private readonly IDisposableReadOnlyCollection<DisposableNamedOnnxValue> _outputs;

    public OnnxRun(byte[] model, IDataView data)
    {
        _session = new InferenceSession(model);
        _outputs = _session.Run([.. Inputs.Select(name => Feed(data, name))]);
    }

    public IEnumerable<string> Inputs => _session.InputMetadata.Keys;

    public IEnumerable<string> Outputs => _session.OutputMetadata.Keys;

    /// <summary>An output, row-major.</summary>
    public T[] Of<T>(string column) =>
        [.. _outputs.Single(o => o.Name == column + ".output").AsEnumerable<T>()];

    public int[] Shape(string column) =>
        _outputs.Single(o => o.Name == column + ".output").AsTensor<float>().Dimensions.ToArray();

    public void Dispose()
    {
        _outputs.Dispose();
        _session.Dispose();
    }

    private static NamedOnnxValue Feed(IDataView data, string name) => data.Schema[name].Type switch
    {
        TextDataViewType => Feed(name,
            [.. Sample.Column<ReadOnlyMemory<char>>(data, name).Select(t => t.ToString())], 1),
        KeyDataViewType => Feed(name, Sample.Column<uint>(data, name), 1),
        VectorDataViewType vector => Feed(name, [.. Sample.Vectors(data, name).SelectMany(v => v)], vector.Size),
        _ => Feed(name, Sample.Column<float>(data, name), 1),
    };

    private static NamedOnnxValue Feed<T>(string name, T[] values, int width) =>
        NamedOnnxValue.CreateFromTensor(name, new DenseTensor<T>(values, [values.Length / width, width]));
}
