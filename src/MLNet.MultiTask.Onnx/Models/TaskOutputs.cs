using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Onnx.Graph;

namespace MLNet.MultiTask.Onnx.Models;

/// <summary>The scores of raw outputs: probabilities of logits, values as they are.</summary>
internal static class TaskOutputs
{
    /// <summary>Scores of a model's raw outputs, which are in the label's units where a task is a regression.</summary>
    public static GroupScores Of(IGroupModel model, string raw, GraphBuilder graph)
    {
        var parts = new List<string>();
        for (int t = 0; t < model.Tasks.Count;)
        {
            TaskKind kind = model.Tasks[t].Kind;
            int first = model.OutputOffset(t);
            // Neighbours of a kind go together; classes are of one task.
            do
                t++;
            while (t < model.Tasks.Count && kind != TaskKind.Multiclass && model.Tasks[t].Kind == kind);
            int end = t < model.Tasks.Count ? model.OutputOffset(t) : model.OutputCount;
            string own = graph.Columns(raw, [.. Enumerable.Range(first, end - first).Select(o => (long)o)]);
            parts.Add(kind switch
            {
                TaskKind.Binary => Probabilities.Sigmoid(own, graph),
                TaskKind.Multiclass => Probabilities.Softmax(own, graph),
                _ => own,
            });
        }
        return new GroupScores(graph.Concatenate(parts), raw);
    }
}
