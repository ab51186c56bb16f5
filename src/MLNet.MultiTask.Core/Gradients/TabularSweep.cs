using System.Collections.Concurrent;
using System.Numerics.Tensors;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Gradients;

/// <summary>
/// Runs over rows chunk by chunk on several threads; which rows are summed together depends on shapes only, and sums
/// are reduced in order, so they have the same bits on any number of threads.
/// </summary>
internal sealed class TabularSweep(TabularNetwork network, TaskTable table, int[] rows, int threads,
    CancellationToken cancellationToken)
{
    private const int Shards = 8;
    private readonly int _chunkRows = Math.Max(8, 128 / network.Shape.Members);
    private readonly ConcurrentBag<TabularChunk> _chunks = [];

    public TabularNetwork Network => network;

    public TaskTable Table => table;

    public int[] Rows => rows;

    /// <summary>The same network over other rows.</summary>
    public TabularSweep Of(int[] others) => new(network, table, others, threads, cancellationToken);

    /// <summary>Σ of the weights of each task's observed rows.</summary>
    public double[] TaskWeights()
    {
        var sums = new double[table.Tasks.Count];
        foreach (int row in rows)
            for (int t = 0; t < sums.Length; t++)
                sums[t] += table.Weight(row, t);
        return sums;
    }

    /// <summary>Σ over all rows of what <paramref name="add"/> adds for a chunk, several vectors at once.</summary>
    public float[][] Sum(int count, Action<TabularChunk, float[][]> add)
    {
        int chunks = Chunks, shards = Math.Min(Shards, chunks);
        float[][] total = Zeros(count);
        for (int first = 0; first < shards; first += threads)
        {
            int from = first, running = Math.Min(threads, shards - first);
            float[][][] sums = [.. Enumerable.Range(0, running).Select(_ => Zeros(count))];
            Parallel.For(0, running, Options(), k =>
            {
                TabularChunk chunk = Rent();
                for (int c = (from + k) * chunks / shards; c < (from + k + 1) * chunks / shards; c++)
                    add(Load(chunk, c), sums[k]);
                _chunks.Add(chunk);
            });
            foreach (float[][] part in sums)
                for (int v = 0; v < count; v++)
                    TensorPrimitives.Add(total[v], part[v], total[v]);
        }
        return total;
    }

    /// <summary>What <paramref name="compute"/> makes of each chunk, in order.</summary>
    public T[] Map<T>(Func<TabularChunk, T> compute)
    {
        var results = new T[Chunks];
        Parallel.For(0, results.Length, Options(), c =>
        {
            TabularChunk chunk = Rent();
            results[c] = compute(Load(chunk, c));
            _chunks.Add(chunk);
        });
        return results;
    }

    public void ThrowIfCancellationRequested() => cancellationToken.ThrowIfCancellationRequested();

    private int Chunks => (rows.Length + _chunkRows - 1) / _chunkRows;

    private float[][] Zeros(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => new float[network.Shape.TrunkParameterCount])];

    private TabularChunk Load(TabularChunk chunk, int c)
    {
        ThrowIfCancellationRequested();
        chunk.Load(rows.AsSpan(c * _chunkRows, Math.Min(_chunkRows, rows.Length - c * _chunkRows)));
        return chunk;
    }

    private TabularChunk Rent() =>
        _chunks.TryTake(out TabularChunk? chunk) ? chunk : new TabularChunk(network, table, _chunkRows);

    private ParallelOptions Options() =>
        new() { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
}
