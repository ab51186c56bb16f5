using MLNet.MultiTask.Data;
using MLNet.MultiTask.Persistence;
using System.Text.Json;
using Microsoft.ML;
using MLNet.MultiTask.Grouping;

namespace MLNet.MultiTask.Grouping;

/// <summary>A grouping transformer as bytes; saving asks for the solution.</summary>
internal static class GroupingState
{
    public static void Save(TaskGroupingTransformer transformer, Stream stream)
    {
        GroupingResult result = transformer.Result;
        var content = new GroupingContent(transformer.OutputColumnName, [.. transformer.TaskNames],
            result.Grouping.ToString(), result.Objective,
            double.IsPositiveInfinity(result.Bound) ? null : result.Bound, result.IsOptimal, result.StopReason,
                result.Solver);
        Container.Write(stream, TaskGroupingTransformer.Kind,
            JsonSerializer.SerializeToElement(content, TransformerJson.Default.GroupingContent), []);
    }

    /// <exception cref="ModelFormatException">The bytes are damaged, foreign, newer, or over a limit.</exception>
    public static TaskGroupingTransformer Load(MLContext context, Stream stream, MultiTaskModelLoadOptions options) =>
        StateReader.Read(stream, TaskGroupingTransformer.Kind, options, TransformerJson.Default.GroupingContent, _ =>
            [], (content, _) =>
        {
            TaskNames.Checked(content.Tasks, options);
            TaskGrouping grouping = TaskGrouping.Parse(content.Grouping);
            if (grouping.TaskCount != content.Tasks.Length)
                throw new FormatException($"The grouping is over {Counted.Of(grouping.TaskCount, "task")}, the file " +
                    $"names {content.Tasks.Length}");
            var result = new GroupingResult
            {
                Grouping = grouping,
                Objective = content.Objective,
                Bound = content.Bound ?? double.PositiveInfinity,
                IsOptimal = content.IsOptimal,
                StopReason = content.StopReason,
                Solver = content.Solver,
            };
            return new TaskGroupingTransformer(context, content.OutputColumnName, content.Tasks, result);
        });
}
