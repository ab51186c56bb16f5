using Microsoft.ML.Data;
using Microsoft.ML;
using MLNet.MultiTask.Persistence;
using MLNet.MultiTask.Pipelines;
using MLNet.MultiTask.Tool.Data.Csv;
using MLNet.MultiTask.Tool.Data;

namespace MLNet.MultiTask.Tool.Models;

/// <summary>Reads model files: our pipelines, those of older versions of the command, and ML.NET's.</summary>
internal static class PipelineReader
{
    private const string Score = "Score.", Probability = "Probability.", Label = "PredictedLabel.";

    public static RawPipeline Read(MLContext context, string path, CsvFormat format, bool trusts)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            Span<byte> head = stackalloc byte[2];
            bool isZip = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length
                && head.SequenceEqual("PK"u8);
            stream.Position = 0;
            return isZip ? ReadZip(context, stream, path) : ReadOwn(context, stream, path, format, trusts);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputException.CannotRead(path, e);
        }
        catch (ModelFormatException e) when (!trusts && e.Message.Contains(
            nameof(MultiTaskModelLoadOptions.TrustMicrosoftMLStages), StringComparison.Ordinal))
        {
            throw new InputException($"'{path}' holds parts that Microsoft.ML loads by type names in the file; if it " +
                "comes from a source you trust, give --trust-microsoft-ml.", e);
        }
        catch (ModelFormatException e)
        {
            throw new InputException($"Cannot load '{path}': {e.Message}", e);
        }
    }

    private static RawPipeline ReadOwn(MLContext context, FileStream stream, string path, CsvFormat format,
        bool trusts)
    {
        var options = new MultiTaskModelLoadOptions { TrustMicrosoftMLStages = trusts };
        if (PipelineFile.IsPipeline(stream))
        {
            (ITransformer chain, DataViewSchema schema, SavedSplit? split) =
                PipelineFile.LoadWithSplit(context, stream, options);
            ContainerReader.ThrowUnlessAtEnd(stream);
            return new RawPipeline(chain, schema, TasksOf(chain.GetOutputSchema(schema), path)) { Split = split }
                is { Predictor.Model.Tasks: { } tasks } own ? own with { Tasks = tasks }
                : throw new InputException($"'{path}' holds no model that predicts tasks.");
        }
        SavedModel saved = ModelFile.Load(stream, options);
        ContainerReader.ThrowUnlessAtEnd(stream);
        return saved.Encoder is { } encoder ? RawPipeline.Of(context, saved.Model, encoder, format, saved.Split)
            : throw new InputException($"The model '{path}' takes ready features, not the columns of a file; it was " +
                "not written by 'train --out'.");
    }

    private static RawPipeline ReadZip(MLContext context, FileStream stream, string path)
    {
        ITransformer chain;
        DataViewSchema schema;
        try
        {
            chain = context.Model.Load(stream, out schema);
        }
        catch (Exception e) when (e is not (OutOfMemoryException or IOException))
        {
            throw new InputException($"Cannot load '{path}': Microsoft.ML says: {e.Message}", e);
        }
        return new RawPipeline(chain, schema, TasksOf(chain.GetOutputSchema(schema), path))
        {
            Restored = context.MultiTask().Restore(chain),
        };
    }

    /// <summary>The tasks by the names and types of their columns.</summary>
    private static TaskInfo[] TasksOf(DataViewSchema schema, string path)
    {
        TaskInfo[] tasks = [.. schema.Where(c => !c.IsHidden && c.Name.StartsWith(Score, StringComparison.Ordinal))
            .Select(c => TaskOf(schema, c))];
        return tasks.Length > 0 ? tasks
            : throw new InputException(
                $"'{path}' holds no model that predicts tasks: there is no column {Score}<task>.");
    }

    private static TaskInfo TaskOf(DataViewSchema schema, DataViewSchema.Column score)
    {
        string name = score.Name[Score.Length..];
        if (score.Type is VectorDataViewType)
        {
            VBuffer<ReadOnlyMemory<char>> classes = default;
            schema[Label + name].GetKeyValues(ref classes);
            return new TaskInfo(name, TaskKind.Multiclass, [.. classes.DenseValues().Select(c => c.ToString())]);
        }
        return new TaskInfo(name,
            schema.GetColumnOrNull(Probability + name) is null ? TaskKind.Regression : TaskKind.Binary);
    }
}
