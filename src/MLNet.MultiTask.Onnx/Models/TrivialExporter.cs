using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Onnx.Graph;

namespace MLNet.MultiTask.Onnx.Models;

/// <summary>The same scores for every row.</summary>
internal sealed class TrivialExporter : IGroupModelExporter
{
    public string Kind => TrivialModel.KindName;

    public GroupScores Export(IGroupModel model, string features, GraphBuilder graph)
    {
        float[] none = new float[model.FeatureCount], scores = new float[model.OutputCount], raw = [.. scores];
        model.Score(none, 1, scores, raw);
        return new GroupScores(ForestExporter.Constant(scores, features, graph),
            ForestExporter.Constant(raw, features, graph));
    }
}
