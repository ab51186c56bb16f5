using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Onnx.Tests;

/// <summary>Exports a model, runs it in ONNX Runtime and holds every output against ML.NET's columns.</summary>
internal static class OnnxComparison
{
    private const double Tolerance = 1e-5;

    public static byte[] Export(MLContext context, ITransformer model, IDataView data, params string[] columns)
    {
        using var stream = new MemoryStream();
        context.MultiTask().ConvertToOnnx(model, data, stream, columns);
        return stream.ToArray();
    }

    /// <summary>Returns the number of values compared.</summary>
    public static int AssertEqual(MLContext context, ITransformer model, IDataView data, params string[] columns)
    {
        using var run = new OnnxRun(Export(context, model, data, columns), data);
        IDataView expected = model.Transform(data);
        int count = 0;
        foreach (string output in run.Outputs)
        {
            string column = output[..^".output".Length];
            count += expected.Schema[column].Type switch
            {
                BooleanDataViewType => Equal(column, Sample.Column<bool>(expected, column), run.Of<bool>(column)),
                KeyDataViewType => Equal(column, Sample.Column<uint>(expected, column), run.Of<uint>(column)),
                TextDataViewType => Equal(column,
                    [.. Sample.Column<ReadOnlyMemory<char>>(expected, column).Select(t => t.ToString())],
                    run.Of<string>(column)),
                VectorDataViewType { ItemType: BooleanDataViewType } => Equal(column,
                    [.. Sample.Column<VBuffer<bool>>(expected, column).SelectMany(v => v.DenseValues())],
                    run.Of<bool>(column)),
                VectorDataViewType { ItemType: KeyDataViewType } => Equal(column,
                    [.. Sample.Column<VBuffer<uint>>(expected, column).SelectMany(v => v.DenseValues())],
                    run.Of<uint>(column)),
                VectorDataViewType => Near(column, [.. Sample.Vectors(expected, column).SelectMany(v => v)],
                    run.Of<float>(column)),
                _ => Near(column, Sample.Column<float>(expected, column), run.Of<float>(column)),
            };
        }
        return count;
    }

    private static int Equal<T>(string column, T[] expected, T[] actual)
    {
        Assert.HasCount(expected.Length, actual, column);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], $"{column}, value {i}");
        return expected.Length;
    }

    // Relative to the value where it is above 1: a regression's scores are in the units of its label.
    private static int Near(string column, float[] expected, float[] actual)
    {
        Assert.HasCount(expected.Length, actual, column);
        for (int i = 0; i < expected.Length; i++)
            Assert.IsTrue(float.IsNaN(expected[i]) ? float.IsNaN(actual[i])
                : Math.Abs(expected[i] - actual[i]) <= Tolerance * Math.Max(1, Math.Abs(expected[i])),
                $"{column}, value {i}: {expected[i]} expected, {actual[i]} by ONNX Runtime");
        return expected.Length;
    }
}
