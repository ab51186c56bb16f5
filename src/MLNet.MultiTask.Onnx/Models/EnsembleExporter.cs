using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Onnx.Graph;

namespace MLNet.MultiTask.Onnx.Models;

/// <summary>A weighted mean of other models.</summary>
internal sealed class EnsembleExporter : IGroupModelExporter
{
    public string Kind => EnsembleModel.KindName;

    public GroupScores Export(IGroupModel model, string features, GraphBuilder graph)
    {
        var own = (EnsembleModel)model;
        string? sum = null;
        for (int m = 0; m < own.Members.Count; m++)
        {
            IGroupModel member = own.Members[m];
            string scores = GroupModelExporters.Find(member)!.Export(member, features, graph).Scores;
            string part = graph.Add("MatMul",
                [scores, graph.Constant(Places(own, m), member.OutputCount, own.OutputCount)]);
            sum = sum is null ? part : graph.Add("Add", [sum, part]);
        }
        return new GroupScores(sum!, Raw(own, sum!, graph));
    }

    /// <summary>Member's outputs × the ensemble's: a weight where they are of one task.</summary>
    private static float[] Places(EnsembleModel ensemble, int index)
    {
        IGroupModel member = ensemble.Members[index];
        var places = new float[member.OutputCount * ensemble.OutputCount];
        for (int t = 0; t < member.Tasks.Count; t++)
        {
            int to = 0;
            while (ensemble.Tasks[to].Name != member.Tasks[t].Name)
                to++;
            for (int k = 0; k < member.Tasks[t].OutputCount; k++)
                places[(member.OutputOffset(t) + k) * ensemble.OutputCount + ensemble.OutputOffset(to) + k] =
                    ensemble.Weights[index * ensemble.Tasks.Count + to];
        }
        return places;
    }

    private static string Raw(EnsembleModel ensemble, string scores, GraphBuilder graph)
    {
        var parts = new List<string>();
        for (int t = 0; t < ensemble.Tasks.Count; t++)
        {
            TaskInfo task = ensemble.Tasks[t];
            string own = graph.Columns(scores,
                [.. Enumerable.Range(ensemble.OutputOffset(t), task.OutputCount).Select(o => (long)o)]);
            if (task.Kind != TaskKind.Regression)
            {
                string p = graph.Add("Clip", [own, graph.Constant(EnsembleModel.LeastProbability),
                    graph.Constant(1 - EnsembleModel.LeastProbability)]);
                own = graph.Add("Log", [task.Kind == TaskKind.Multiclass ? p
                    : graph.Add("Div", [p, graph.Add("Sub", [graph.Constant(1), p])])]);
            }
            parts.Add(own);
        }
        return graph.Concatenate(parts);
    }
}
