using System.Buffers;
using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Affinity;

/// <summary>Mean losses of tasks on fixed rows, by a forward pass.</summary>
internal sealed class ForwardEvaluator
{
    private readonly TaskTable _table;
    private readonly int[] _rows;
    private readonly float[]? _features;
    private readonly bool _everyRowCounts;

    public ForwardEvaluator(TaskTable table, int[] rows)
    {
        (_table, _rows) = (table, rows);
        _features = table.Features.IsSparse ? null : Gather(rows);
        _everyRowCounts = Array.TrueForAll(rows, EveryTaskIsObserved);

        bool EveryTaskIsObserved(int row)
        {
            for (int t = 0; t < table.Tasks.Count; t++)
                if (!table.IsObserved(row, t))
                    return false;
            return true;
        }
    }

    /// <summary>One mean loss per task of <paramref name="subset"/>; NaN for a task without observed row.</summary>
    /// <param name="network">One head per task of the table, in its order.</param>
    /// <param name="subset">Tasks measured.</param>
    public double[] Losses(SharedBottomNetwork network, IReadOnlyList<int> subset) => Losses(network, _table, subset);

    /// <summary>The same of all tasks of <paramref name="part"/>, the table's rows with some of its tasks; of these
    /// alone the network has heads.</summary>
    public double[] Losses(SharedBottomNetwork network, TaskTable part) =>
        Losses(network, part, [.. Enumerable.Range(0, part.Tasks.Count)]);

    private double[] Losses(SharedBottomNetwork network, TaskTable table, IReadOnlyList<int> subset)
    {
        int[] rows = _everyRowCounts ? _rows : Array.FindAll(_rows, r => subset.Any(t => table.IsObserved(r, t)));
        NetworkShape shape = network.Shape;
        float[] outputs = ArrayPool<float>.Shared.Rent(rows.Length * shape.OutputCount);
        if (_features is not null)
            network.Forward(rows.Length == _rows.Length ? _features : Gather(rows), rows.Length, outputs);
        else
            ForwardSparse(network, rows, outputs);
        var sums = new LossSum[subset.Count];
        var cells = new LossCells(shape.Tasks.Max(t => t.OutputCount));
        // In blocks of rows, whose labels and outputs stay in cache from task to task.
        for (int from = 0; from < rows.Length; from += LossCells.Most)
        {
            int to = Math.Min(from + LossCells.Most, rows.Length);
            for (int k = 0; k < sums.Length; k++)
            {
                int t = subset[k], first = shape.OutputOffset(t);
                TaskInfo task = shape.Tasks[t];
                cells.Clear();
                for (int r = from; r < to; r++)
                    if (table.Weight(rows[r], t) is var weight and > 0)
                        cells.Add(task.Kind, outputs.AsSpan(r * shape.OutputCount + first, task.OutputCount),
                            Target(network, task.Kind, t, table.Label(rows[r], t)), weight);
                sums[k] += cells.Sum(task.Kind);
            }
        }
        ArrayPool<float>.Shared.Return(outputs);
        return [.. sums.Select(sum => sum.Total / sum.Weight)];
    }

    private static float Target(SharedBottomNetwork network, TaskKind kind, int task, float label) =>
        kind == TaskKind.Regression ? (label - network.TargetMeans[task]) / network.TargetScales[task] : label;

    // In blocks, so that the features are never all expanded. The network may change after the call, what is frozen
    // here is left behind.
    private void ForwardSparse(SharedBottomNetwork network, int[] rows, float[] outputs)
    {
        const int blockRows = 256;
        var frozen = new SharedBottomNetwork(network.Shape, network.Parameters);
        frozen.Freeze();
        var block = new float[Math.Min(blockRows, rows.Length) * _table.FeatureCount];
        for (int from = 0; from < rows.Length; from += blockRows)
        {
            int count = Math.Min(blockRows, rows.Length - from);
            _table.Features.CopyRows(rows.AsSpan(from, count), block);
            frozen.Forward(block, count, outputs.AsSpan(from * network.Shape.OutputCount));
        }
    }

    private float[] Gather(int[] rows)
    {
        var features = new float[rows.Length * _table.FeatureCount];
        _table.Features.CopyRows(rows, features);
        return features;
    }
}
