using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Onnx.Graph;

namespace MLNet.MultiTask.Onnx.Models;

/// <summary>
/// The dense layers of a branching network, those of sister branches as one, and the scores of the heads.
/// </summary>
internal sealed class TaskTreeExporter : IGroupModelExporter
{
    public string Kind => TaskTreeNetwork.KindName;

    public GroupScores Export(IGroupModel model, string features, GraphBuilder graph)
    {
        var network = (TaskTreeNetwork)model;
        TreeBlock[] blocks = network.Shape.Blocks;
        var values = new string[blocks.Length];
        for (int b = 0; b < blocks.Length; b++)
        {
            values[b] = graph.Add("Gemm", [Input(blocks, blocks[b], features, values, graph),
                graph.Constant(network.Parameters.AsSpan(blocks[b].WeightOffset, blocks[b].Outputs * blocks[b].Inputs),
                    blocks[b].Outputs, blocks[b].Inputs),
                graph.Constant(network.Parameters.AsSpan(blocks[b].BiasOffset, blocks[b].Outputs), blocks[b].Outputs)],
                OnnxAttribute.Of("transB", 1L));
            if (blocks[b].IsNormalized)
                values[b] = Normalized(network, blocks[b], values[b], graph);
            if (!blocks[b].IsHead)
                values[b] = graph.Add("Relu", [values[b]]);
        }
        string heads = graph.Concatenate([.. values.Where((_, b) => blocks[b].IsHead)]);
        return TaskOutputs.Of(model, InUnits(network, graph.Columns(heads, InTaskOrder(network)), graph), graph);
    }

    private static string Input(TreeBlock[] blocks, TreeBlock block, string features, string[] values,
        GraphBuilder graph) => block.Parent < 0 ? features
            : blocks[block.Parent].Outputs == block.Inputs ? values[block.Parent]
            : graph.Columns(values[block.Parent],
                [.. Enumerable.Range(block.ParentColumn, block.Inputs).Select(c => (long)c)]);

    // Every branch for itself.
    private static string Normalized(TaskTreeNetwork network, TreeBlock block, string values, GraphBuilder graph)
    {
        int width = block.NormWidth;
        return graph.Concatenate([.. Enumerable.Range(0, block.Outputs / width).Select(branch =>
            SharedBottomExporter.LayerNorm(network.Parameters.AsSpan(block.GainOffset + branch * width, width),
                network.Parameters.AsSpan(block.ShiftOffset + branch * width, width), Columns(branch), graph))]);

        string Columns(int branch) => block.Outputs == width ? values
            : graph.Columns(values, [.. Enumerable.Range(branch * width, width).Select(c => (long)c)]);
    }

    // Heads lie branch by branch.
    private static long[] InTaskOrder(TaskTreeNetwork network)
    {
        var columns = new long[network.OutputCount];
        long at = 0;
        foreach (int task in network.Shape.Blocks.SelectMany(b => b.Tasks))
            for (int k = 0; k < network.Tasks[task].OutputCount; k++)
                columns[network.OutputOffset(task) + k] = at++;
        return columns;
    }

    private static string InUnits(TaskTreeNetwork network, string raw, GraphBuilder graph)
    {
        int count = network.OutputCount;
        float[] scales = [.. Enumerable.Repeat(1f, count)], means = new float[count];
        for (int t = 0; t < network.Tasks.Count; t++)
            if (network.Tasks[t].Kind == TaskKind.Regression)
                (scales[network.OutputOffset(t)], means[network.OutputOffset(t)]) =
                    (network.TargetScales[t], network.TargetMeans[t]);
        return graph.Add("Add", [graph.Add("Mul", [raw, graph.Constant(scales, count)]),
            graph.Constant(means, count)]);
    }
}
