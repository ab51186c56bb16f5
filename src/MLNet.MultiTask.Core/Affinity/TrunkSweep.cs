using System.Collections.Concurrent;
using System.Numerics.Tensors;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Runs over rows chunk by chunk on several threads. Chunks and shards depend on shapes only and are reduced in order, so sums have
/// the same bits on any number of threads.
/// </summary>
internal sealed class TrunkSweep(SharedBottomNetwork network, TaskTable table, int[] rows, int threads, CancellationToken cancellationToken)
{
    private const int Shards = 8;

    // Chunks and sums are large: made anew for every sum they would cost as much in page faults as the sums themselves.
    private readonly ConcurrentBag<TrunkChunk> _chunks = [];
    private readonly ConcurrentBag<TrunkVectors> _sums = [];

    public NetworkShape Shape => network.Shape;

    public TaskTable Table => table;

    public int[] Rows => rows;

    public int Threads => threads;

    /// <summary>The same network over other rows.</summary>
    public TrunkSweep Of(int[] others) => new(network, table, others, threads, cancellationToken);

    /// <summary>Rows of a chunk whose tangents along up to d directions at once stay in cache.</summary>
    public int ChunkRows(int d) =>
        Math.Clamp((1 << 17) / (Math.Min(d, TrunkChunk.DirectionsAtOnce) * Shape.Hidden.Max()), 16, 128);

    /// <summary>Σ over all rows of what <paramref name="add"/> adds for a chunk.</summary>
    /// <param name="count">Vectors summed at once.</param>
    /// <param name="add">Adds a chunk's part to its shard's sum.</param>
    public TrunkVectors Sum(int count, Action<TrunkChunk, TrunkVectors> add)
    {
        int size = ChunkRows(count), chunks = (rows.Length + size - 1) / size;
        var sums = new TrunkVectors?[Math.Min(Shards, chunks)];
        Parallel.For(0, sums.Length, Options(), shard =>
        {
            TrunkVectors sum = RentSum(count);
            TrunkChunk chunk = Rent(size);
            for (int c = shard * chunks / sums.Length; c < (shard + 1) * chunks / sums.Length; c++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                chunk.Load(rows.AsSpan(c * size, Math.Min(size, rows.Length - c * size)));
                add(chunk, sum);
            }
            _chunks.Add(chunk);
            sums[shard] = sum;
        });
        for (int s = 1; s < sums.Length; s++)
        {
            sums[0]!.Add(sums[s]!);
            _sums.Add(sums[s]!);
        }
        return sums[0]!;
    }

    /// <summary>Calls <paramref name="visit"/> with every chunk of rows[from … to − 1] and its position; order is free.</summary>
    public void ForEach(int from, int to, int chunkRows, Action<TrunkChunk, int> visit)
    {
        int chunks = (to - from + chunkRows - 1) / chunkRows;
        Parallel.For(0, chunks, Options(), c =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            TrunkChunk chunk = Rent(chunkRows);
            int start = from + c * chunkRows;
            chunk.Load(rows.AsSpan(start, Math.Min(chunkRows, to - start)));
            visit(chunk, start);
            _chunks.Add(chunk);
        });
    }

    /// <summary>
    /// Each task's −∇(mean loss) over a few rows, with respect to the trunk (and their sum times the tasks' shares) and to its own head;
    /// zero for a task that is not observed there.
    /// </summary>
    public (TrunkVectors Total, TrunkVectors? ByTask, float[][] Heads) BatchGradients(ReadOnlySpan<int> batch, double[] taskShares, bool byTask)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TrunkChunk chunk = Rent(batch.Length);
        chunk.Load(batch);
        float[][] heads = [.. Enumerable.Range(0, table.Tasks.Count).Select(t => new float[HeadSpace.Size(Shape, t)])];
        var weights = new double[heads.Length];
        for (int p = 0; p < chunk.PairCount; p++)
            weights[chunk.PairTask[p]] += chunk.Weights[p];
        Span<float> signals = chunk.Scratch(chunk.PairCount), own = new float[heads.Max(g => g.Length)];
        for (int r = 0; r < chunk.RowCount; r++)
            for (int p = chunk.PairStart[r]; p < chunk.PairStart[r + 1]; p++)
            {
                int t = chunk.PairTask[p];
                signals[p] = chunk.Pairs[p].Slope * (float)(chunk.Weights[p] / weights[t]);
                Span<float> features = own[..heads[t].Length];
                chunk.HeadFeatures(r, p, features);
                TensorPrimitives.MultiplyAdd(features, signals[p], heads[t], heads[t]);
            }
        TrunkVectors total = new(Shape, 1);
        TrunkVectors? tasks = byTask ? new TrunkVectors(Shape, weights.Length) : null;
        if (tasks is not null)
            chunk.PullByTask(signals, 0, tasks);
        for (int p = 0; p < chunk.PairCount; p++)
            signals[p] *= (float)taskShares[chunk.PairTask[p]];
        chunk.Pull(signals, total);
        _chunks.Add(chunk);
        return (total, tasks, heads);
    }

    private TrunkVectors RentSum(int count)
    {
        if (!_sums.TryTake(out TrunkVectors? sum) || sum.Count != count)
            return new TrunkVectors(Shape, count);
        sum.Clear();
        return sum;
    }

    private TrunkChunk Rent(int capacity) =>
        _chunks.TryTake(out TrunkChunk? chunk) && chunk.Capacity >= capacity ? chunk : new TrunkChunk(network, table, capacity);

    public ParallelOptions Options() => new() { MaxDegreeOfParallelism = threads };

    /// <summary>Σ of the weights of each task's observed rows.</summary>
    public double[] TaskWeights()
    {
        var sums = new double[table.Tasks.Count];
        foreach (int row in rows)
            for (int t = 0; t < sums.Length; t++)
                sums[t] += table.Weight(row, t);
        return sums;
    }
}
