using Microsoft.ML;
using MLNet.MultiTask.BuiltIn;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Onnx.Graph;
using MLNet.MultiTask.Onnx.Models;
using MLNet.MultiTask.Schema;
using MLNet.MultiTask.Trainers;

namespace MLNet.MultiTask.Onnx.Stages;

/// <summary>A multi-task model: every group's model, then the columns of every block of tasks.</summary>
internal static class ScoringStage
{
    /// <summary>Adds the stage; gives the tensor of every scored column.</summary>
    public static IEnumerable<(string Column, string Tensor)> Export(MultiTaskPredictionTransformer transformer,
        StageName stage, DataViewSchema input, ColumnTensors columns, GraphBuilder graph)
    {
        ScoringMapping mapping = ScoringMapping.Bind(input, transformer.Model, transformer.Layout,
            transformer.FeatureColumnName);
        string features = columns.Get(mapping.FeatureColumn.Name, stage);
        var scores = new ModelScores(mapping.Model, features, stage, mapping.Columns[0].Column.Name, graph);
        TaskRows? rows = mapping.TaskIdColumn is { } id
            ? TaskRows.Export(id, mapping.Layout, columns.Get(id.Name, stage), stage, graph) : null;
        foreach (ScoredColumn column in mapping.Columns)
        {
            TaskBlock block = mapping.Layout.Blocks[column.Block];
            yield return (column.Column.Name, rows is null ? Values(column.Value, block, scores, graph)
                : rows.Values(column.Value, block, scores, graph));
        }
    }

    private static string Values(ScoredValue value, TaskBlock block, ModelScores scores, GraphBuilder graph)
    {
        string of = scores.Of(block.FirstTask, block.Count,
            raw: block.Kind == TaskKind.Binary && value != ScoredValue.Probability);
        return value == ScoredValue.PredictedLabel
            ? Labels(block.Kind, of, block.Count, block.Classes?.Texts.Count ?? 1, graph) : of;
    }

    /// <summary>Predicted labels of raw scores (binary) or probabilities (multi-class) of some tasks.</summary>
    public static string Labels(TaskKind kind, string scores, int tasks, int classes, GraphBuilder graph)
    {
        if (kind == TaskKind.Binary)
            return graph.Add("Greater", [scores, graph.Constant(0)]);
        string shaped = graph.Add("Reshape", [scores, graph.Add(OnnxTensor.Of([-1L, tasks, classes], 3))]);
        string isMissing = graph.Add("IsNaN",
            [graph.Add("Gather", [shaped, graph.Add(OnnxTensor.Of([0L], []))], OnnxAttribute.Of("axis", 2L))]);
        string greatest = graph.Add("ArgMax", [shaped], OnnxAttribute.Of("axis", 2L), OnnxAttribute.Of("keepdims", 0L));
        string key = graph.Add("Add", [greatest, graph.Add(OnnxTensor.Of([1L], []))]);
        return graph.Cast(graph.Add("Where", [isMissing, graph.Add(OnnxTensor.Of([0L], [])), key]),
            ElementType.UInt32);
    }
}
