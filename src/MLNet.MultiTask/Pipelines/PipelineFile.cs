using MLNet.MultiTask.Persistence;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Featurization;
using MLNet.MultiTask.Grouping;
using MLNet.MultiTask.Trainers;

namespace MLNet.MultiTask.Pipelines;

/// <summary>
/// A chain as stages: each of our transformers by itself, each run of ML.NET's own as one ML.NET model.
/// </summary>
internal static class PipelineFile
{
    private const string Kind = "Pipeline";

    public static void Save(MLContext context, ITransformer model, DataViewSchema inputSchema, Stream stream,
        SavedSplit? split = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(inputSchema);
        var stages = new List<StageContent>();
        var sections = new List<Section>();
        DataViewSchema schema = inputSchema;
        foreach (ITransformer stage in Stages(model))
        {
            using var bytes = new MemoryStream();
            if (stage is MultiTaskTransformer own)
                own.Save(bytes);
            else
                context.Model.Save(stage, schema, bytes);
            schema = stage.GetOutputSchema(schema);
            sections.Add(Section.Of($"stages.{stages.Count}", bytes.ToArray()));
            stages.Add(new StageContent((stage as MultiTaskTransformer)?.StateKind
                ?? StageContent.MicrosoftML, checked((int)bytes.Length)));
        }
        var content = new PipelineContent([.. stages],
            [.. inputSchema.Where(c => !c.IsHidden).Select(ColumnContent.Of)], SplitContent.Of(split));
        Container.Write(stream, Kind, JsonSerializer.SerializeToElement(content,
            TransformerJson.Default.PipelineContent), sections);
    }

    /// <exception cref="ModelFormatException">
    /// The file is damaged, foreign, newer, over a limit, or needs trust that is not given.
    /// </exception>
    public static (ITransformer Model, DataViewSchema InputSchema) Load(MLContext context, Stream stream,
        MultiTaskModelLoadOptions options) => LoadWithSplit(context, stream, options) is var (model, schema, _)
        ? (model, schema) : default;

    /// <summary>Whether the container at the stream's position, where it stays, holds a chain.</summary>
    public static bool IsPipeline(Stream stream) => ContainerReader.PeekKind(stream) == Kind;

    /// <summary>The same with how the rows of the training file were split, where the file says it.</summary>
    /// <exception cref="ModelFormatException">As for <see cref="Load"/>.</exception>
    public static (ITransformer Model, DataViewSchema InputSchema, SavedSplit? Split) LoadWithSplit(
        MLContext context, Stream stream, MultiTaskModelLoadOptions options) =>
        StateReader.Read(stream, Kind, options, TransformerJson.Default.PipelineContent,
            content => [.. Checked(content, options)
                .Select((stage, i) => ($"stages.{i}", SectionType.U8, new long[] { stage.Length }))],
            (content, sections) =>
            {
                var schema = new DataViewSchema.Builder();
                schema.AddColumns(content.InputSchema.Select(c =>
                    (c ?? throw new FormatException("A column is null")).ToColumn()));
                ITransformer[] stages = [.. content.Stages.Select((stage, i) =>
                    LoadStage(context, stage.Kind, (byte[])sections[i].Data, options))];
                return (stages.Length == 1 ? stages[0] : new TransformerChain<ITransformer>(stages), schema.ToSchema(),
                    content.Split?.ToSplit());
            });

    private static StageContent[] Checked(PipelineContent content, MultiTaskModelLoadOptions options)
    {
        if (content.Stages.Length == 0 || Array.IndexOf(content.Stages, null) >= 0)
            throw new FormatException("There is no stage, or a stage is null");
        foreach (StageContent stage in content.Stages)
            if (stage.Kind == StageContent.MicrosoftML && !options.TrustMicrosoftMLStages)
                throw MicrosoftMLStage.NotTrusted();
        return content.Stages;
    }

    private static ITransformer LoadStage(MLContext context, string kind, byte[] bytes,
        MultiTaskModelLoadOptions options)
    {
        var stream = new MemoryStream(bytes);
        ITransformer stage = kind switch
        {
            MultiTaskPredictionTransformer.Kind => PredictionState.Load(context, stream, options),
            FeaturizeTransformer.Kind => FeaturizeState.Load(context, stream, options),
            TaskAffinityTransformer.Kind => AffinityState.Load(context, stream, options),
            TaskGroupingTransformer.Kind => GroupingState.Load(context, stream, options),
            StageContent.MicrosoftML => MicrosoftMLStage.Load(context, stream),
            _ => throw new FormatException($"Stage kind '{kind}' is unknown"),
        };
        if (kind != StageContent.MicrosoftML)
            ContainerReader.ThrowUnlessAtEnd(stream);
        return stage;
    }

    // Our transformers one by one, what lies between them together.
    private static IEnumerable<ITransformer> Stages(ITransformer model)
    {
        var run = new List<ITransformer>();
        foreach (ITransformer transformer in Flatten(model))
        {
            if (transformer is not MultiTaskTransformer)
            {
                run.Add(transformer);
                continue;
            }
            if (run.Count > 0)
                yield return new TransformerChain<ITransformer>([.. run]);
            run.Clear();
            yield return transformer;
        }
        if (run.Count > 0)
            yield return new TransformerChain<ITransformer>([.. run]);
    }

    private static IEnumerable<ITransformer> Flatten(ITransformer model) =>
        model is IEnumerable<ITransformer> chain ? chain.SelectMany(Flatten) : [model];
}
