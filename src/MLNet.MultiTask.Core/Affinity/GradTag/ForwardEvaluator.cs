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
        float[] unused = new float[shape.OutputCount];
        double[] sums = new double[subset.Count], totals = new double[subset.Count];
        // Row by row, as labels and outputs lie in memory.
        for (int r = 0; r < rows.Length; r++)
            for (int k = 0; k < sums.Length; k++)
            {
                int t = subset[k];
                float weight = table.Weight(rows[r], t);
                if (!(weight > 0))
                    continue;
                TaskInfo task = shape.Tasks[t];
                float label = table.Label(rows[r], t);
                float target = task.Kind == TaskKind.Regression
                    ? (label - network.TargetMeans[t]) / network.TargetScales[t] : label;
                ReadOnlySpan<float> z =
                    outputs.AsSpan(r * shape.OutputCount + shape.OutputOffset(t), task.OutputCount);
                sums[k] += weight
                    * (double)OutputLoss.At(task.Kind, z, target, unused.AsSpan(0, task.OutputCount)).Loss;
                totals[k] += weight;
            }
        ArrayPool<float>.Shared.Return(outputs);
        return [.. sums.Zip(totals, (sum, total) => sum / total)];
    }

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
