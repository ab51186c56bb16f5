using Microsoft.ML;
using MLNet.MultiTask.Onnx.Graph;

namespace MLNet.MultiTask.Onnx.Stages;

/// <summary>
/// One transformer of ML.NET: its own exporter writes a graph of the columns that the transformer makes, from those
/// that it needs, and the graph is joined to ours.
/// </summary>
internal static class BuiltInStage
{
    private const string Suffix = ".output";

    /// <summary>Adds the stage; returns the columns that it makes.</summary>
    public static IReadOnlyList<string> Export(MLContext context, ITransformer transformer, StageName stage,
        DataViewSchema input, DataViewSchema output, ColumnTensors columns, GraphBuilder graph)
    {
        DataViewSchema.Column[] made = Made(input, output);
        if (made.Length == 0)
            return [];
        string first = made[0].Name;
        if (!transformer.IsRowToRowMapper)
            throw stage.Unsupported(first, "it does not make one row of one row");
        if (transformer.GetType().Assembly.GetName().Name is not { } assembly
            || !assembly.StartsWith("Microsoft.ML", StringComparison.Ordinal))
            throw stage.Unsupported(first, "it is neither a transformer of ML.NET nor one of MLNet.MultiTask");
        string[] needed =
            [.. transformer.GetRowToRowMapper(input).GetDependencies(made).Select(c => c.Name).Distinct()];
        OnnxModel model = Convert(context, transformer, stage, first, input, needed);
        string[] makes = [.. made.Select(c => c.Name)];
        // The exporter passes off as inputs what it cannot export.
        if (model.Inputs.Except(needed).FirstOrDefault() is { } passed)
            throw stage.Unsupported(makes.Contains(passed) ? passed : first,
                $"ML.NET's exporter would make an input of it");
        Join(model, stage, makes, columns, graph);
        return makes;
    }

    // Made columns stand behind the input's, even where they hide one; a selection of columns makes none.
    private static DataViewSchema.Column[] Made(DataViewSchema input, DataViewSchema output)
    {
        bool keepsPlaces = output.Count >= input.Count && input.All(c => output[c.Index].Name == c.Name);
        return [.. output.Where(c => !c.IsHidden && (keepsPlaces ? c.Index >= input.Count
            : input.GetColumnOrNull(c.Name) is not { } old || !ReferenceEquals(old.Annotations, c.Annotations)))];
    }

    private static OnnxModel Convert(MLContext context, ITransformer transformer, StageName stage, string column,
        DataViewSchema input, string[] needed)
    {
        var reduced = new DataViewSchema.Builder();
        reduced.AddColumns(needed.Select(name => input[name])
            .Select(c => new DataViewSchema.DetachedColumn(c.Name, c.Type, c.Annotations)));
        using var bytes = new MemoryStream();
        try
        {
            context.Model.ConvertToOnnx(transformer, new SchemaView(reduced.ToSchema()), OnnxModel.OperatorSet, bytes);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw stage.Unsupported(column, e.Message, e);
        }
        return OnnxModel.Read(bytes.ToArray());
    }

    private static void Join(OnnxModel model, StageName stage, string[] makes, ColumnTensors columns,
        GraphBuilder graph)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal) { [""] = "" };
        foreach (string input in model.Inputs)
            names.Add(input, columns.Get(input, stage));
        foreach ((string name, OnnxTensor constant) in model.Constants)
            names.Add(name, graph.Add(constant));
        string Renamed(string name) => names.TryGetValue(name, out string? known) ? known
            : names[name] = graph.NewName(name);
        foreach (OnnxNode node in model.Nodes)
            graph.Add(node with
            {
                Inputs = [.. node.Inputs.Select(Renamed)],
                Outputs = [.. node.Outputs.Select(Renamed)],
                Attributes = [.. node.Attributes, .. MissingText(node)],
            });
        foreach (string column in makes)
            if (model.Outputs.FirstOrDefault(o => o == column + Suffix || o == column) is { } tensor)
                columns.Set(column, Renamed(tensor));
            else
                columns.SetMissing(column, $"{stage} does not export it");
    }

    // ML.NET's exporter leaves the text of a missing key to ONNX, which says "_Unused"; ML.NET itself says "".
    private static IEnumerable<ReadOnlyMemory<byte>> MissingText(OnnxNode node)
    {
        const string missing = "default_string";
        string[] names = [.. node.Attributes.Select(OnnxAttribute.NameOf)];
        if (node.Operator == "LabelEncoder" && names.Contains("values_strings") && !names.Contains(missing))
            yield return OnnxAttribute.Of(missing, "");
    }
}
