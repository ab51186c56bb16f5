using System.Numerics.Tensors;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Training;

/// <summary>
/// Inner products of the tasks' gradients by the parameters before the heads of a tabular network: every task's signals
/// go backwards in one batch, tasks × rows, and of each layer all tasks' gradients are held at a time.
/// </summary>
internal sealed class TabularGramian(TabularShape shape, TabularPass pass, WorkerPool pool, int shardRows)
{
    private readonly List<TabularSignals> _signals = [];
    private float[] _gradients = [];
    private double[] _sums = [];
    private int _rows;

    /// <param name="parameters">Where.</param>
    /// <param name="outputs">Gradients of each task's Σ w·ℓ by its outputs, rows·members × outputs.</param>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="dropout">Whether units were dropped.</param>
    /// <param name="factors">One per task of the network.</param>
    /// <param name="tasks">The p tasks that are wanted.</param>
    /// <param name="gramian">p × p.</param>
    public void Compute(float[] parameters, float[] outputs, int rows, bool dropout, ReadOnlySpan<float> factors,
        ReadOnlySpan<int> tasks, Span<double> gramian)
    {
        Reserve(tasks.Length, rows);
        int count = tasks.Length, shards = (rows + shardRows - 1) / shardRows;
        float[] scales = factors.ToArray();
        int[] wanted = tasks.ToArray();
        pool.Run(count * shards, part =>
        {
            (int i, int shard) = (part / shards, part % shards);
            (int from, int to) = (shard * shardRows, Math.Min(rows, (shard + 1) * shardRows));
            Take(wanted[i], scales[wanted[i]], outputs, _signals[i].Outputs, from, to);
            pass.Backward(parameters, _signals[i], from, to, dropout);
        });
        Array.Clear(_sums);
        int first = shape.Layers[0].WeightOffset;
        AddBlock(count, first, (i, gradient) =>
        {
            for (int c = 0; c < shape.FeatureCount; c++)
                pass.FeatureGradient(parameters, _signals[i], c, rows, gradient.Span);
        });
        for (int l = 0; l < shape.Layers.Length - 1; l++)
        {
            (int layer, int origin) = (l, shape.Layers[l].WeightOffset);
            AddBlock(count, shape.Layers[l + 1].WeightOffset - origin, (i, gradient) => pass.LayerGradient(_signals[i],
                layer, 0, shape.Layers[layer].Outputs, rows, gradient.Span, origin));
        }
        _sums.AsSpan(0, count * count).CopyTo(gramian);
    }

    private void AddBlock(int count, int size, Action<int, Memory<float>> fill)
    {
        if (_gradients.Length < count * size)
            _gradients = new float[count * size];
        pool.Run(count, i => fill(i, _gradients.AsMemory(i * size, size)));
        InnerProducts.AddGram(_gradients, count, size, _sums, pool.Threads);
    }

    // A task's own outputs, times its factor; 0 elsewhere.
    private void Take(int task, float factor, float[] outputs, float[] own, int from, int to)
    {
        int width = shape.Heads.OutputCount, first = shape.Heads.OutputOffset(task);
        int count = shape.Heads.Tasks[task].OutputCount;
        own.AsSpan(from * shape.Members * width, (to - from) * shape.Members * width).Clear();
        for (int row = from * shape.Members; row < to * shape.Members; row++)
            TensorPrimitives.Multiply(outputs.AsSpan(row * width + first, count), factor,
                own.AsSpan(row * width + first, count));
    }

    private void Reserve(int tasks, int rows)
    {
        if (rows > _rows)
            _signals.Clear();
        _rows = Math.Max(_rows, rows);
        while (_signals.Count < tasks)
            _signals.Add(new TabularSignals(shape, _rows));
        if (_sums.Length < tasks * tasks)
            _sums = new double[tasks * tasks];
    }
}
