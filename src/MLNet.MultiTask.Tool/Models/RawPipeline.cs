using Microsoft.ML.Data;
using Microsoft.ML;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Featurization;
using MLNet.MultiTask.Persistence;
using MLNet.MultiTask.Pipelines;
using MLNet.MultiTask.Schema;
using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Tool.Data.Csv;

namespace MLNet.MultiTask.Tool.Models;

/// <summary>
/// What <c>train</c> made, as a pipeline of ML.NET from the raw columns of a file to predictions: an application loads
/// it with <c>mlContext.MultiTask().Load</c>, or with <c>mlContext.Model.Load</c>.
/// </summary>
/// <param name="Chain">Raw columns to features to predictions.</param>
/// <param name="InputSchema">The raw columns.</param>
/// <param name="Tasks">The tasks, in the order of their predictions.</param>
internal sealed record RawPipeline(ITransformer Chain, DataViewSchema InputSchema, IReadOnlyList<TaskInfo> Tasks)
{
    private const string Features = "Features";

    /// <summary>Which rows of the file trained; null where it is not known.</summary>
    public SavedSplit? Split { get; init; }

    /// <summary>The part that turns raw columns into features; null where it is another one than ours.</summary>
    public FeaturizeTransformer? Featurizer => Stages.OfType<FeaturizeTransformer>().FirstOrDefault();

    /// <summary>The part that predicts; null where it is another one than ours.</summary>
    public MultiTaskPredictionTransformer? Predictor => PredictorOf(Chain);

    /// <summary>The same with our own parts in the place of ML.NET's that a file of ML.NET holds.</summary>
    public ITransformer? Restored { get; init; }

    /// <summary>Values of labels of binary tasks that are not 0 and 1 or no and yes, by task.</summary>
    public IReadOnlyDictionary<string, BinaryValues> BinaryValues => PredictorOf(Restored ?? Chain) is not { } own
        ? new Dictionary<string, BinaryValues>()
        : own.Layout.Blocks.Where(b => b.LabelValues is not null).SelectMany(b => own.Layout.TasksOf(b).Select(t =>
            (t.Name, new BinaryValues(b.LabelValues is [_, var negative] ? negative : null, b.LabelValues![0]))))
            .ToDictionary();

    private IEnumerable<ITransformer> Stages => StagesOf(Chain);

    private static IEnumerable<ITransformer> StagesOf(ITransformer model) =>
        model is IEnumerable<ITransformer> chain ? chain : [model];

    private static MultiTaskPredictionTransformer? PredictorOf(ITransformer model) =>
        StagesOf(model).OfType<MultiTaskPredictionTransformer>().LastOrDefault();

    /// <summary>The pipeline of a model that was trained on a file.</summary>
    public static RawPipeline Of(MLContext context, MultiTaskModel model, DataSet data) =>
        Of(context, model, data.Encoder, data.Format, new SavedSplit(
            data.Split.Seed, data.Split.MaxRows, data.Split.RowsInFile, data.RowsHash.Value,
            data.RowsHash.Unordered), data.LabelValues);

    /// <summary>The pipeline of an encoder and a model.</summary>
    public static RawPipeline Of(
        MLContext context, MultiTaskModel model, FeatureEncoder encoder, CsvFormat format, SavedSplit? split,
        IReadOnlyDictionary<string, BinaryValues>? values = null)
    {
        var featurizer = new FeaturizeTransformer(context, encoder, new CellRules(format.Missing, format.DecimalComma),
            [.. encoder.Columns.Select(c => c.Categories is null ? CellForm.Number : CellForm.Text)], Features, []);
        TaskBlock[] blocks = [.. model.Tasks.Select((task, t) => new TaskBlock
        {
            Name = task.Name,
            Kind = task.Kind,
            Form = TaskForm.Scalar,
            FirstTask = t,
            Count = 1,
            Classes = task.Kind == TaskKind.Multiclass ? new KeyValueTexts("Text", task.ClassNames) : null,
            LabelValues = values?.GetValueOrDefault(task.Name) is { } own
                ? own.Negative is null ? [own.Positive] : [own.Positive, own.Negative] : null,
        })];
        var predictor = new MultiTaskPredictionTransformer(
            context, model, new TaskLayout(blocks, model.Tasks), Features);
        var schema = new DataViewSchema.Builder();
        foreach (EncodedColumn column in encoder.Columns)
            schema.AddColumn(column.Name,
                column.Categories is null ? NumberDataViewType.Double : TextDataViewType.Instance);
        var chain = new TransformerChain<ITransformer>(featurizer, predictor);
        return new RawPipeline(chain, schema.ToSchema(), model.Tasks) { Split = split };
    }

    /// <summary>Writes the library's own format.</summary>
    public void Save(MLContext context, Stream stream) => PipelineFile.Save(context, Chain, InputSchema, stream, Split);

    /// <summary>Writes ML.NET's format, which knows nothing of the split.</summary>
    public void SaveZip(MLContext context, Stream stream)
    {
        // ML.NET's archive wants a stream that can seek.
        using var seekable = new MemoryStream();
        context.Model.Save(Chain, InputSchema, seekable);
        seekable.WriteTo(stream);
    }
}
