using Microsoft.ML;

namespace MLNet.MultiTask;

/// <summary>Pipelines with multi-task models as ONNX.</summary>
public static class OnnxExport
{
    /// <summary>
    /// Writes a fitted pipeline as one ONNX graph: ML.NET's exporter for its own transformers, this library's for
    /// multi-task models, joined. The graph takes the columns that the outputs need (label columns are none) as tensors
    /// rows × width under the columns' names, and gives columns as tensors <c>&lt;column&gt;.output</c>, the convention
    /// of ML.NET: <c>mlContext.Transforms.ApplyOnnxModel</c> makes columns <c>&lt;column&gt;</c> of them again, vectors
    /// even where they were scalars.
    /// </summary>
    /// <remarks>
    /// Keys travel as UInt32: 0 = missing, then from 1. As in ML.NET, a row with a feature that is not finite has
    /// missing scores: NaN, predicted label false or 0. Probabilities are exact for any logit: they are not computed by
    /// the operator Sigmoid, which ONNX Runtime rounds to 0 from −18 down.
    /// </remarks>
    /// <param name="catalog">This library.</param>
    /// <param name="model">A transformer, or a chain of transformers.</param>
    /// <param name="inputData">Data with the schema that the model takes; no row is read.</param>
    /// <param name="stream">Receives the model.</param>
    /// <param name="outputColumns">
    /// Columns to give; none = those that multi-task models and the stages behind them add (without such a model, all
    /// added columns).
    /// </param>
    /// <exception cref="NotSupportedException">
    /// A stage or a column that the outputs need cannot be exported (stage and column are named).
    /// </exception>
    /// <exception cref="ArgumentException">The model has no such output column.</exception>
    public static void ConvertToOnnx(this MultiTaskCatalog catalog, ITransformer model, IDataView inputData,
        Stream stream, params IReadOnlyList<string> outputColumns)
    {
        ArgumentNullException.ThrowIfNull(inputData);
        ConvertToOnnx(catalog, model, inputData.Schema, stream, outputColumns);
    }

    /// <inheritdoc cref="ConvertToOnnx(MultiTaskCatalog, ITransformer, IDataView, Stream, IReadOnlyList{string})"/>
    /// <param name="catalog">This library.</param>
    /// <param name="model">A transformer, or a chain of transformers.</param>
    /// <param name="inputSchema">The schema that the model takes.</param>
    /// <param name="stream">Receives the model.</param>
    /// <param name="outputColumns">Columns to give; none = those that are added.</param>
    public static void ConvertToOnnx(this MultiTaskCatalog catalog, ITransformer model, DataViewSchema inputSchema,
        Stream stream, params IReadOnlyList<string> outputColumns)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(inputSchema);
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(outputColumns);
        var exporter = new Onnx.PipelineExporter(catalog.Context, inputSchema);
        exporter.Add(model);
        stream.Write(exporter.ToModel(outputColumns));
    }
}
