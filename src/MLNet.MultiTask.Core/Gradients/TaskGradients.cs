using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Gradients;

/// <summary>
/// Gradients of every task's mean loss on a batch with respect to the trunk; buffers grow and are reused.
/// </summary>
internal sealed class TaskGradients(TaskTable table)
{
    private TrunkChunk? _chunk;
    private SharedBottomNetwork? _network;

    /// <summary>Per task of the last batch: mean loss; NaN for a task without observed row.</summary>
    public double[] Losses { get; } = new double[table.Tasks.Count];

    /// <summary>One vector per task; zero for a task without observed row.</summary>
    /// <param name="network">One head per task of the table.</param>
    /// <param name="rows">The batch.</param>
    public TrunkVectors Compute(SharedBottomNetwork network, ReadOnlySpan<int> rows)
    {
        if (_chunk is null || _network != network || _chunk.Capacity < rows.Length)
            (_chunk, _network) = (new TrunkChunk(network, table, rows.Length), network);
        _chunk.Load(rows);
        var weights = new double[Losses.Length];
        Array.Clear(Losses);
        for (int p = 0; p < _chunk.PairCount; p++)
        {
            weights[_chunk.PairTask[p]] += _chunk.Weights[p];
            Losses[_chunk.PairTask[p]] += (double)_chunk.Weights[p] * _chunk.Pairs[p].Loss;
        }
        var signals = new float[_chunk.PairCount];
        for (int p = 0; p < signals.Length; p++)
            signals[p] = (float)(-_chunk.Pairs[p].Slope * _chunk.Weights[p] / weights[_chunk.PairTask[p]]);
        for (int t = 0; t < Losses.Length; t++)
            Losses[t] = weights[t] > 0 ? Losses[t] / weights[t] : double.NaN;
        var gradients = new TrunkVectors(network.Shape, Losses.Length);
        _chunk.PullByTask(signals, 0, gradients);
        return gradients;
    }
}
