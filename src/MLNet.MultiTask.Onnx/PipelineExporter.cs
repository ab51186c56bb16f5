using Microsoft.ML;
using MLNet.MultiTask.Onnx.Graph;
using MLNet.MultiTask.Onnx.Stages;

namespace MLNet.MultiTask.Onnx;

/// <summary>Adds a chain's stages to one graph, one after the other.</summary>
internal sealed class PipelineExporter
{
    private readonly MLContext _context;
    private readonly DataViewSchema _input;
    private readonly GraphBuilder _graph = new();
    private readonly ColumnTensors _columns;
    private readonly HashSet<string> _scored = new(StringComparer.Ordinal);
    private DataViewSchema _schema;
    private bool _hasScores;

    public PipelineExporter(MLContext context, DataViewSchema input)
    {
        (_context, _input, _schema, _columns) = (context, input, input, new ColumnTensors());
        foreach (DataViewSchema.Column column in input.Where(c => !c.IsHidden))
            if (OnnxValue.Of(column.Name, column.Type) is { } value)
                _columns.Set(column.Name, value.Name);
            else
                _columns.SetMissing(column.Name, $"its type {column.Type} does not exist in ONNX");
    }

    /// <summary>Adds the stages of a model.</summary>
    public void Add(ITransformer model)
    {
        ITransformer[] stages = [.. Flatten(model)];
        for (int i = 0; i < stages.Length; i++)
        {
            var stage = new StageName(i + 1, stages.Length, stages[i].GetType().Name);
            DataViewSchema output = stages[i].GetOutputSchema(_schema);
            IReadOnlyList<string> added = stages[i] is MultiTaskTransformer own
                ? OwnStage.Export(own, stage, _schema, output, _columns, _graph)
                : BuiltInStage.Export(_context, stages[i], stage, _schema, output, _columns, _graph);
            if (stages[i] is MultiTaskPredictionTransformer && !_hasScores)
            {
                _scored.Clear();
                _hasScores = true;
            }
            _scored.UnionWith(added);
            _schema = output;
        }
    }

    /// <summary>The model that gives some columns.</summary>
    public byte[] ToModel(IReadOnlyList<string> outputColumns)
    {
        DataViewSchema.Column[] columns = outputColumns.Count > 0 ? [.. outputColumns.Select(Output)]
            : [.. _schema.Where(c => !c.IsHidden && _scored.Contains(c.Name) && _columns.IsKnown(c.Name))];
        if (columns.Length == 0)
            throw new ArgumentException("The model adds no column that could be exported", nameof(outputColumns));
        var outputs = new List<OnnxValue>();
        foreach (DataViewSchema.Column column in columns)
        {
            string name = column.Name + ".output";
            _graph.Add(new OnnxNode("Identity", OnnxNode.Standard, [_columns.Get(column.Name, null)], [name], []));
            outputs.Add(OnnxValue.Of(name, column.Type) ?? throw new NotSupportedException(
                $"Column '{column.Name}' cannot be exported to ONNX: its type {column.Type} does not exist there"));
        }
        (IReadOnlyList<OnnxNode> nodes, IReadOnlySet<string> tensors) = Pruning.Needed(_graph, outputs);
        IEnumerable<OnnxValue> inputs = _input.Where(c => !c.IsHidden && tensors.Contains(c.Name))
            .Select(c => OnnxValue.Of(c.Name, c.Type)!);
        return OnnxModel.Write(_graph, nodes, _graph.Constants.Keys.Where(tensors.Contains), inputs, outputs);
    }

    private DataViewSchema.Column Output(string name) => _schema.GetColumnOrNull(name) ?? throw new ArgumentException(
        $"The model gives no column '{name}'; it gives " +
        string.Join(", ", _schema.Where(c => !c.IsHidden).Select(c => c.Name)), nameof(name));

    private static IEnumerable<ITransformer> Flatten(ITransformer model) =>
        model is IEnumerable<ITransformer> chain ? chain.SelectMany(Flatten) : [model];
}
