using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Numerics;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Grouping;

/// <summary>
/// Per hidden layer an affinity from the gradients of that layer and those above (AutoBRANE, arXiv 2512.01113): the
/// layers below are kept as the base networks have them, so that the upper ones are networks of their own, on the
/// values of the layer below, which Grad-TAG linearises like any other. The bases are caught amid learning.
/// </summary>
internal static class LayerAffinities
{
    /// <summary>One affinity per hidden layer, over the problem's tasks.</summary>
    public static TaskAffinity[] Estimate(TaskTable table, RowSplit split, TaskTreeOptions options,
        CancellationToken cancellationToken)
    {
        var gradients = new GradTagOptions
        {
            Training = options.Training, Seed = options.Training.Seed, Threads = options.Training.Threads,
            Bases = options.Bases, Stage = BaseStage.Early,
        };
        gradients.Validate();
        ObservedTasks.ThrowIfAbsent(table, split);
        BaseRun[] runs = BaseRun.TrainAll(table, split, gradients, cancellationToken);
        StepLength length = GradTagModel.EarlyLength(runs, runs.Average(r => r.Epochs), gradients);
        int tasks = table.Tasks.Count;
        int[][] subsets = AffinitySubsets.Draw(tasks, GradTagAffinity.SubsetSize(gradients, tasks), gradients.Subsets,
            gradients.PairCoverage, gradients.Seed, cancellationToken);
        return [.. options.Training.Hidden.Select((_, l) =>
        {
            LinearizedNetwork[] bases = ParallelRuns.MapInWaves(runs.Length, gradients.Threads, (b, threads) =>
                new LinearizedNetwork(From(runs[b].Network, l), Below(runs[b].Network, l, table), split,
                    gradients with { Threads = threads }, cancellationToken), cancellationToken);
            double[][] losses = [.. GradTagModel.Predict(bases, subsets, length, gradients.Threads, cancellationToken)
                .Select(p => p.Losses)];
            return SubsetAverage.ToAffinity([.. table.Tasks.Select(t => t.Name)], subsets, losses, "Grad-TAG",
                gradients.Standardize);
        })];
    }

    /// <summary>The network of layer <paramref name="l"/> and those above.</summary>
    internal static SharedBottomNetwork From(SharedBottomNetwork network, int l)
    {
        if (l == 0)
            return network;
        NetworkShape shape = network.Shape;
        var upper = new NetworkShape(shape.Hidden[l - 1], [.. shape.Hidden.Skip(l)], shape.Tasks, shape.LayerNorm);
        return new SharedBottomNetwork(upper, network.Parameters[shape.Layer(l).WeightOffset..], network.TargetMeans,
            network.TargetScales);
    }

    /// <summary>The table with what layer <paramref name="l"/> − 1 puts out as features.</summary>
    internal static TaskTable Below(SharedBottomNetwork network, int l, TaskTable table)
    {
        float[] values = l == 0 ? [] : table.Features.ToArray();
        for (int i = 0; i < l; i++)
        {
            LayerShape layer = network.Shape.Layer(i);
            var outputs = new float[table.RowCount * layer.Outputs];
            Gemm.Multiply(false, true, table.RowCount, layer.Outputs, layer.Inputs, values, layer.Inputs,
                network.Parameters.AsSpan(layer.WeightOffset, layer.Inputs * layer.Outputs), layer.Inputs, outputs,
                layer.Outputs);
            DenseLayer.AddBias(outputs, network.Parameters.AsSpan(layer.BiasOffset, layer.Outputs), table.RowCount,
                relu: !layer.IsNormalized);
            if (layer.IsNormalized)
                for (int row = 0; row < table.RowCount; row++)
                {
                    Span<float> own = outputs.AsSpan(row * layer.Outputs, layer.Outputs);
                    LayerNorm.Forward(own, own, network.Parameters.AsSpan(layer.GainOffset, layer.Outputs),
                        network.Parameters.AsSpan(layer.ShiftOffset, layer.Outputs));
                }
            values = outputs;
        }
        return l == 0 ? table : new TaskTable(values, network.Shape.Hidden[l - 1], table.Tasks, table.Labels,
            table.Weights);
    }
}
