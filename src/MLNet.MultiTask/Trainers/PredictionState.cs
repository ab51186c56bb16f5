using MLNet.MultiTask.Persistence;
using System.Text.Json;
using Microsoft.ML;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Schema;

namespace MLNet.MultiTask.Trainers;

/// <summary>A prediction transformer as bytes.</summary>
internal static class PredictionState
{
    private const string Model = "model";

    public static void Save(MultiTaskPredictionTransformer transformer, Stream stream)
    {
        using var model = new MemoryStream();
        ModelFile.Save(new SavedModel(transformer.Model), model, Formats(transformer.Context));
        var content = new PredictionContent(transformer.FeatureColumnName,
            [.. transformer.Layout.Blocks.Select(BlockContent.Of)], checked((int)model.Length));
        Container.Write(stream, MultiTaskPredictionTransformer.Kind,
            JsonSerializer.SerializeToElement(content, TransformerJson.Default.PredictionContent),
                [Section.Of(Model, model.ToArray())]);
    }

    /// <exception cref="ModelFormatException">The bytes are damaged, foreign, newer, or over a limit.</exception>
    public static MultiTaskPredictionTransformer Load(MLContext context, Stream stream,
        MultiTaskModelLoadOptions options) =>
        StateReader.Read(stream, MultiTaskPredictionTransformer.Kind, options,
            TransformerJson.Default.PredictionContent,
            content => [(Model, SectionType.U8, [content.ModelLength])],
            (content, sections) =>
            {
                MultiTaskModel model = ModelFile.Load(new MemoryStream((byte[])sections[0].Data), options,
                    Formats(context)).Model;
                TaskLayout layout = Layout(content.Blocks, model.Tasks);
                return new MultiTaskPredictionTransformer(context, model, layout, content.FeatureColumnName);
            });

    private static GroupModelFormats Formats(MLContext context) =>
        GroupModelFormats.BuiltIn.With(new MicrosoftMLFormat(context));

    private static TaskLayout Layout(BlockContent[] contents, IReadOnlyList<TaskInfo> tasks)
    {
        var blocks = new List<TaskBlock>();
        int first = 0;
        foreach (BlockContent content in contents)
        {
            blocks.Add((content ?? throw new FormatException("A block is null")).ToBlock(tasks, first));
            first += content.Count;
        }
        if (first != tasks.Count || blocks.Select(b => b.Name).Distinct(StringComparer.Ordinal).Count() < blocks.Count
            || (blocks.Count > 1 && blocks.Any(b => b.Form == TaskForm.Indexed)))
            throw new FormatException($"The blocks hold {first} of {Counted.Of(tasks.Count, "task")}, repeat a name, " +
                "or mix task-indexed data with other tasks");
        return new TaskLayout(blocks, tasks);
    }
}
