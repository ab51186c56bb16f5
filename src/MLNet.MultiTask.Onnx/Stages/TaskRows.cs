using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.BuiltIn;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Onnx.Graph;
using MLNet.MultiTask.Schema;
using MLNet.MultiTask.Trainers;

namespace MLNet.MultiTask.Onnx.Stages;

/// <summary>Task-indexed rows: which task a row is of, and that task's scores.</summary>
internal sealed class TaskRows
{
    private readonly string _task, _isUnknown;

    private TaskRows(string task, string isUnknown) => (_task, _isUnknown) = (task, isUnknown);

    /// <summary>Looks ids up: text by itself, keys by number.</summary>
    public static TaskRows Export(DataViewSchema.Column id, TaskLayout layout, string tensor, StageName stage,
        GraphBuilder graph)
    {
        string[] names = [.. layout.Tasks.Select(t => t.Name)];
        string index = id.Type switch
        {
            TextDataViewType => Encode(tensor, OnnxAttribute.Of("keys_strings", names),
                [.. Enumerable.Range(0, names.Length).Select(t => (long)t)], graph),
            KeyDataViewType => Encode(graph.Cast(tensor, ElementType.Int64),
                OnnxAttribute.Of("keys_int64s", KeysOf(id, names).Select(k => k.Key)),
                [.. KeysOf(id, names).Select(k => k.Value)], graph),
            _ => throw stage.Unsupported(layout.ColumnName("Score", layout.Blocks[0]),
                $"task ids of type {id.Type} cannot be looked up; make them text or keys"),
        };
        string zero = graph.Add(OnnxTensor.Of([0L], []));
        return new TaskRows(graph.Add("Max", [index, zero]), graph.Add("Less", [index, zero]));
    }

    /// <summary>A scored column of the row's own task; of an unknown one the mean over tasks, or missing.</summary>
    public string Values(ScoredValue value, TaskBlock block, ModelScores scores, GraphBuilder graph)
    {
        int classes = block.Classes?.Texts.Count ?? 1;
        string of = Pick(scores.Of(block.FirstTask, block.Count, raw: block.Kind == TaskKind.Binary), block, classes,
            graph);
        return value switch
        {
            ScoredValue.Probability => Probability(of, scores, block, graph),
            ScoredValue.PredictedLabel => ScoringStage.Labels(block.Kind, of, 1, classes, graph),
            _ => of,
        };
    }

    // The model's own probability where the task is known; of a mean logit its logistic function.
    private string Probability(string logit, ModelScores scores, TaskBlock block, GraphBuilder graph) =>
        graph.Add("Where", [_isUnknown, Models.Probabilities.Sigmoid(logit, graph),
            Pick(scores.Of(block.FirstTask, block.Count, raw: false), block, 1, graph)]);

    private string Pick(string all, TaskBlock block, int classes, GraphBuilder graph)
    {
        string shaped = graph.Add("Reshape", [all, graph.Add(OnnxTensor.Of([-1L, block.Count, classes], 3))]);
        string task = graph.Add("Reshape", [_task, graph.Add(OnnxTensor.Of([-1L, 1, 1], 3))]);
        string wide = graph.Add("Mul",
            [task, graph.Add(OnnxTensor.Of([.. Enumerable.Repeat(1L, classes)], 1, 1, classes))]);
        string own = graph.Add("Squeeze", [graph.Add("GatherElements", [shaped, wide], OnnxAttribute.Of("axis", 1L))],
            OnnxAttribute.Of("axes", [1L]));
        string other = block.UnknownTask == UnknownTask.Average
            ? graph.Add("ReduceMean", [shaped], OnnxAttribute.Of("axes", [1L]), OnnxAttribute.Of("keepdims", 0L))
            : graph.Constant(float.NaN);
        return graph.Add("Where", [_isUnknown, other, own]);
    }

    private static string Encode(string tensor, ReadOnlyMemory<byte> keys, long[] values, GraphBuilder graph) =>
        graph.Add("LabelEncoder", OnnxNode.MachineLearning, [tensor],
            [keys, OnnxAttribute.Of("values_int64s", values), OnnxAttribute.Of("default_int64", -1L)]);

    private static List<KeyValuePair<long, long>> KeysOf(DataViewSchema.Column id, string[] tasks)
    {
        string[] names = [.. KeyValueTexts.Of(id, checked((int)((KeyDataViewType)id.Type).Count)).Texts];
        var keys = new List<KeyValuePair<long, long>>();
        for (int t = 0; t < tasks.Length; t++)
            if (Array.IndexOf(names, tasks[t]) is >= 0 and int key)
                keys.Add(new(key + 1, t));
        return keys;
    }
}
