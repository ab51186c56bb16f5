using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Onnx.Graph;
using MLNet.MultiTask.Onnx.Models;

namespace MLNet.MultiTask.Onnx.Stages;

/// <summary>The scores of all groups' models, by task; missing in rows with a feature that is not finite.</summary>
internal sealed class ModelScores
{
    private readonly MultiTaskModel _model;
    private readonly GraphBuilder _graph;
    private readonly GroupScores[] _groups;
    private readonly string _notFinite, _infinite;

    public ModelScores(MultiTaskModel model, string features, StageName stage, string column, GraphBuilder graph)
    {
        (_model, _graph) = (model, graph);
        // 0·x is 0 for every number, and NaN for what is none.
        _notFinite = ZeroOrMissing(features);
        _infinite = ZeroOrMissing(
            graph.Add("Where", [graph.Add("IsNaN", [features]), graph.Constant(0), features]));
        _groups =
            [.. model.Models.Select(m => GroupModelExporters.Of(m, stage, column).Export(m, features, graph))];
    }

    /// <summary>The outputs of consecutive tasks beside one another.</summary>
    public string Of(int firstTask, int count, bool raw)
    {
        var parts = new List<string>();
        for (int t = firstTask; t < firstTask + count;)
        {
            int group = GroupOf(t);
            var outputs = new List<long>();
            for (; t < firstTask + count && GroupOf(t) == group; t++)
                outputs.AddRange(Enumerable.Range(Offset(group, t), _model.Tasks[t].OutputCount).Select(o => (long)o));
            parts.Add(_graph.Add("Add", [_graph.Columns(raw ? _groups[group].Raw : _groups[group].Scores, outputs),
                _model.Models[group].AcceptsMissingFeatures ? _infinite : _notFinite]));
        }
        return _graph.Concatenate(parts);
    }

    private string ZeroOrMissing(string features) => _graph.Add("ReduceSum",
        [_graph.Add("Mul", [features, _graph.Constant(0)])],
        OnnxAttribute.Of("axes", [1L]), OnnxAttribute.Of("keepdims", 1L));

    private int GroupOf(int task)
    {
        int group = 0;
        while (!_model.Grouping.Groups[group].Served.Contains(task))
            group++;
        return group;
    }

    private int Offset(int group, int task) =>
        _model.Models[group].OutputOffset(_model.Grouping.Groups[group].Members.ToList().IndexOf(task));
}
