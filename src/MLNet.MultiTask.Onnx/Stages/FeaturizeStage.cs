using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.Featurization;
using MLNet.MultiTask.Onnx.Graph;
using MLNet.MultiTask.Schema;

namespace MLNet.MultiTask.Onnx.Stages;

/// <summary>The encoder of raw columns: standardised numbers in double precision, categories as 0/1.</summary>
internal static class FeaturizeStage
{
    /// <summary>Adds the stage; gives the tensor of the features.</summary>
    public static string Export(FeaturizeTransformer transformer, StageName stage, DataViewSchema input,
        ColumnTensors columns, GraphBuilder graph)
    {
        FeaturizeMapping mapping = FeaturizeMapping.Bind(input, transformer);
        return graph.Concatenate([.. transformer.Encoder.Columns.Select((encoded, c) =>
        {
            DataViewSchema.Column raw = mapping.Columns[c];
            string tensor = columns.Get(raw.Name, stage);
            return encoded.Categories is { } categories
                ? OneHot(Places(raw, tensor, categories, transformer, stage, graph), categories.Count, graph)
                : Number(raw, tensor, encoded, transformer, stage, graph);
        })]);
    }

    private static string Number(DataViewSchema.Column raw, string tensor, EncodedColumn encoded,
        FeaturizeTransformer transformer, StageName stage, GraphBuilder graph)
    {
        if (raw.Type is TextDataViewType)
            throw stage.Unsupported(transformer.OutputColumnName,
                $"ONNX does not read numbers out of texts as column '{raw.Name}' needs it; load or convert the " +
                $"column as numbers before");
        string number = graph.Cast(tensor, ElementType.Double), isMissing = graph.Add("IsNaN", [number]);
        string known = graph.Add("Where", [isMissing, Double(encoded.Median, graph), number]);
        string feature = graph.Cast(graph.Add("Div",
            [graph.Add("Sub", [known, Double(encoded.Mean, graph)]), Double(encoded.Scale, graph)]),
            ElementType.Single);
        return encoded.HasIndicator
            ? graph.Concatenate([feature, graph.Cast(isMissing, ElementType.Single)]) : feature;
    }

    // −1 = a value that the training did not have.
    private static string Places(DataViewSchema.Column raw, string tensor, IReadOnlyList<string> categories,
        FeaturizeTransformer transformer, StageName stage, GraphBuilder graph)
    {
        Dictionary<string, long> places = categories.Select((text, i) => (text, i))
            .ToDictionary(p => p.text, p => (long)p.i, StringComparer.Ordinal);
        long missing = places.GetValueOrDefault("", -1);
        switch (raw.Type)
        {
            case TextDataViewType:
                foreach (string text in transformer.Rules.Missing)
                    places[text] = missing;
                return Encode(tensor, OnnxAttribute.Of("keys_strings", places.Keys), places.Values, -1, graph);
            case KeyDataViewType key:
                IReadOnlyList<string> texts = KeyValueTexts.Of(raw, checked((int)key.Count)).Texts;
                return Encode(graph.Cast(tensor, ElementType.Int64),
                    OnnxAttribute.Of("keys_int64s", Enumerable.Range(0, texts.Count + 1).Select(k => (long)k)),
                    [missing, .. texts.Select(t => places.GetValueOrDefault(t, -1))], -1, graph);
            default:
                throw stage.Unsupported(transformer.OutputColumnName,
                    $"column '{raw.Name}' holds categories as {raw.Type}; make it text or a key before");
        }
    }

    private static string OneHot(string places, int count, GraphBuilder graph)
    {
        long[] all = [.. Enumerable.Range(0, count).Select(i => (long)i)];
        return graph.Cast(graph.Add("Equal", [places, graph.Add(OnnxTensor.Of(all, 1, count))]), ElementType.Single);
    }

    private static string Encode(string tensor, ReadOnlyMemory<byte> keys, IEnumerable<long> values, long missing,
        GraphBuilder graph) =>
        graph.Add("LabelEncoder", OnnxNode.MachineLearning, [tensor],
            [keys, OnnxAttribute.Of("values_int64s", values), OnnxAttribute.Of("default_int64", missing)]);

    private static string Double(double value, GraphBuilder graph) => graph.Add(OnnxTensor.Of([value], []));
}
