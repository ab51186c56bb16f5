using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Onnx.Graph;

namespace MLNet.MultiTask.Onnx.Models;

/// <summary>x·W + b.</summary>
internal sealed class LinearExporter : IGroupModelExporter
{
    public string Kind => LinearModel.KindName;

    public GroupScores Export(IGroupModel model, string features, GraphBuilder graph)
    {
        var linear = (LinearModel)model;
        return TaskOutputs.Of(model, graph.Add("Gemm",
            [features, graph.Constant(linear.Weights, linear.FeatureCount, linear.OutputCount),
                graph.Constant(linear.Bias, linear.OutputCount)]), graph);
    }
}
