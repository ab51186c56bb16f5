using System.Collections.Concurrent;
using System.Numerics.Tensors;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Gradients;

/// <summary>
/// Runs over rows chunk by chunk on several threads. Chunks and shards depend on shapes only and are reduced in order,
/// so sums have the same bits on any number of threads.
/// </summary>
internal sealed class TrunkSweep(SharedBottomNetwork network, TaskTable table, int[] rows, int threads,
    CancellationToken cancellationToken)
{
    private const int Shards = 8;

    // Signals of all tasks' rows at once, of a few of them as many as stay near the cache.
    private const int BatchValues = 1 << 21;

    // By capacity and by count. They are large: made anew for every sum they would cost as much in page faults as the
    // sums themselves.
    private ConcurrentDictionary<int, ConcurrentBag<TrunkChunk>> Chunks { get; init; } = [];

    private ConcurrentDictionary<int, ConcurrentBag<TrunkVectors>> Sums { get; init; } = [];

    public SharedBottomNetwork Network => network;

    public NetworkShape Shape => network.Shape;

    public TaskTable Table => table;

    public int[] Rows => rows;

    public int Threads => threads;

    /// <summary>The same network over other rows.</summary>
    public TrunkSweep Of(int[] others) => new(network, table, others, threads, cancellationToken)
    {
        Chunks = Chunks,
        Sums = Sums,
    };

    /// <summary>Rows of a chunk whose tangents along up to d directions at once stay in cache.</summary>
    public int ChunkRows(int d) =>
        Math.Clamp((1 << 17) / (Math.Min(d, TrunkChunk.DirectionsAtOnce) * Shape.Hidden.Max()), 16, 128);

    /// <summary>Σ over all rows of what <paramref name="add"/> adds for a chunk.</summary>
    /// <param name="count">Vectors summed at once.</param>
    /// <param name="add">Adds a chunk's part to its shard's sum.</param>
    public TrunkVectors Sum(int count, Action<TrunkChunk, TrunkVectors> add) =>
        Sum(count, count, (chunk, _, sum) => add(chunk, sum));

    /// <summary>The same of many vectors, some at a time while a chunk is at hand.</summary>
    /// <param name="count">Vectors in all.</param>
    /// <param name="atOnce">Most of them at a time.</param>
    /// <param name="add">Adds a chunk's part to its shard's sum of the vectors from a number on.</param>
    public TrunkVectors Sum(int count, int atOnce, Action<TrunkChunk, int, TrunkVectors> add)
    {
        (int First, int Count)[] parts = Parts(count, atOnce);
        var sums = new TrunkVectors[Shards][];
        var all = new TrunkVectors(Shape, count);
        ForEachInShards(ChunkRows(parts[0].Count), (chunk, shard) =>
        {
            TrunkVectors[] own = sums[shard] ??= Array.ConvertAll(parts, part => RentSum(part.Count));
            for (int p = 0; p < parts.Length; p++)
                add(chunk, parts[p].First, own[p]);
        }, shard =>
        {
            for (int p = 0; p < parts.Length; p++)
            {
                all.Add(sums[shard][p], parts[p].First);
                Return(sums[shard][p]);
            }
        });
        return all;
    }

    /// <summary>Numbers 0 … count − 1 in parts of about the same size, at most <paramref name="atOnce"/>.</summary>
    public static (int First, int Count)[] Parts(int count, int atOnce)
    {
        int parts = Math.Max(1, (count + atOnce - 1) / atOnce), even = (count + parts - 1) / parts;
        return [.. Enumerable.Range(0, parts).Select(p => (p * even, Math.Min(even, count - p * even)))];
    }

    /// <summary>
    /// Σ and Σ of squares of weight·slope·∂u/∂(head) over all observed rows of each task: minus the gradient with
    /// respect to its head, and how that varies from row to row.
    /// </summary>
    public (double[][] Sums, double[][] Squares) HeadMoments()
    {
        int tasks = table.Tasks.Count;
        double[][] Zeros() => [.. Enumerable.Range(0, tasks).Select(t => new double[HeadSpace.Size(Shape, t)])];
        (double[][] Sums, double[][] Squares)[] parts =
            [.. Enumerable.Range(0, Shards).Select(_ => (Zeros(), Zeros()))];
        int longest = Enumerable.Range(0, tasks).Max(t => HeadSpace.Size(Shape, t));
        ForEachInShards(ChunkRows(1), (chunk, shard) =>
        {
            Span<float> features = chunk.Scratch(longest);
            for (int r = 0; r < chunk.RowCount; r++)
                for (int p = chunk.PairStart[r]; p < chunk.PairStart[r + 1]; p++)
                {
                    (double[] sum, double[] square) =
                        (parts[shard].Sums[chunk.PairTask[p]], parts[shard].Squares[chunk.PairTask[p]]);
                    chunk.HeadFeatures(r, p, features);
                    double signal = chunk.Weights[p] * chunk.Pairs[p].Slope;
                    for (int i = 0; i < sum.Length; i++)
                    {
                        double g = signal * features[i];
                        sum[i] += g;
                        square[i] += g * g;
                    }
                }
        });
        foreach ((double[][] sums, double[][] squares) in parts.AsSpan(1))
            for (int t = 0; t < tasks; t++)
            {
                TensorPrimitives.Add<double>(parts[0].Sums[t], sums[t], parts[0].Sums[t]);
                TensorPrimitives.Add<double>(parts[0].Squares[t], squares[t], parts[0].Squares[t]);
            }
        return parts[0];
    }

    // Every shard takes its chunks in order; which rows it takes depends on the shapes only. Only as many shards at a
    // time as there are threads, and finished ones are reported in order: sums of many vectors are large.
    private void ForEachInShards(int size, Action<TrunkChunk, int> visit, Action<int>? finished = null)
    {
        int chunks = (rows.Length + size - 1) / size, shards = Math.Min(Shards, chunks);
        void Run(int shard)
        {
            TrunkChunk chunk = Rent(size);
            for (int c = shard * chunks / shards; c < (shard + 1) * chunks / shards; c++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                chunk.Load(rows.AsSpan(c * size, Math.Min(size, rows.Length - c * size)));
                visit(chunk, shard);
            }
            Return(chunk);
        }
        for (int first = 0; first < shards; first += threads)
        {
            int last = Math.Min(first + threads, shards);
            Parallel.For(first, last, Options(), Run);
            for (int shard = first; shard < last; shard++)
                finished?.Invoke(shard);
        }
    }

    /// <summary>
    /// Calls <paramref name="visit"/> with every chunk of rows[from … to − 1] and its position; order is free.
    /// </summary>
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
            Return(chunk);
        });
    }

    /// <summary>−∇ of the tasks' mean losses over a few rows, times their shares, by the trunk; one vector.</summary>
    public TrunkVectors BatchGradient(int[] batch, double[] taskShares)
    {
        var gradient = new TrunkVectors(Shape, 1);
        ForBatch(batch, (chunk, weights) =>
        {
            Span<float> signals = MeanSignals(chunk, weights);
            for (int p = 0; p < signals.Length; p++)
                signals[p] *= (float)taskShares[chunk.PairTask[p]];
            chunk.Pull(signals, gradient);
        });
        return gradient;
    }

    /// <summary>
    /// Inner products between the tasks' −∇(mean loss) over a few rows with respect to the trunk, entry by entry times
    /// <paramref name="scale"/>; a task that is not observed there has a gradient of zero.
    /// </summary>
    public double[] BatchMoments(int[] batch, TrunkVectors scale)
    {
        TrunkVectors gradients = RentSum(table.Tasks.Count);
        ForBatch(batch, (chunk, weights) => chunk.PullByTask(MeanSignals(chunk, weights), 0, gradients));
        gradients.MultiplyBy(scale);
        double[] moments = gradients.Gram(1);
        Return(gradients);
        return moments;
    }

    // Some rows at a time, which adds up to the same bits; the visitor gets the weights of each task in all of them.
    private void ForBatch(int[] batch, Action<TrunkChunk, double[]> visit)
    {
        int size = Math.Clamp(BatchValues / (table.Tasks.Count * Shape.Hidden.Max()), 16, 128);
        double[] weights = table.TotalWeights(batch);
        TrunkChunk chunk = Rent(size);
        for (int from = 0; from < batch.Length; from += size)
        {
            cancellationToken.ThrowIfCancellationRequested();
            chunk.Load(batch.AsSpan(from, Math.Min(size, batch.Length - from)));
            visit(chunk, weights);
        }
        Return(chunk);
    }

    // Signals of the pairs that sum up to each task's −∇(mean loss).
    private static Span<float> MeanSignals(TrunkChunk chunk, double[] weights)
    {
        Span<float> signals = chunk.Scratch(chunk.PairCount);
        for (int p = 0; p < signals.Length; p++)
            signals[p] = chunk.Pairs[p].Slope * (float)(chunk.Weights[p] / weights[chunk.PairTask[p]]);
        return signals;
    }

    private TrunkVectors RentSum(int count)
    {
        if (!Sums.GetOrAdd(count, _ => []).TryTake(out TrunkVectors? sum))
            return new TrunkVectors(Shape, count);
        sum.Clear();
        return sum;
    }

    private void Return(TrunkVectors sum) => Sums.GetOrAdd(sum.Count, _ => []).Add(sum);

    private TrunkChunk Rent(int capacity) => Chunks.GetOrAdd(capacity, _ => []).TryTake(out TrunkChunk? chunk)
        ? chunk : new TrunkChunk(network, table, capacity);

    private void Return(TrunkChunk chunk) => Chunks.GetOrAdd(chunk.Capacity, _ => []).Add(chunk);

    public ParallelOptions Options() => new() { MaxDegreeOfParallelism = threads };

    /// <summary>Σ of the weights of each task's observed rows.</summary>
    public double[] TaskWeights() => table.TotalWeights(rows);
}
