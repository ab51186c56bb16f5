using System.Collections.Concurrent;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Networks;

/// <summary>
/// Scores rows in blocks on several threads. Buffers are kept for the next call; many threads may score at once.
/// </summary>
/// <param name="model">Whose outputs they are.</param>
/// <param name="create">Buffers for <see cref="PassScorer.RowBlock"/> rows.</param>
/// <param name="outputs">A block's raw outputs.</param>
internal sealed class PassScorer<TPass>(IGroupModel model, Func<TPass> create, BlockOutputs<TPass> outputs)
{
    private readonly ConcurrentBag<TPass> _passes = [];

    /// <inheritdoc cref="IGroupModel.Score"/>
    public unsafe void Score(ReadOnlySpan<float> features, int rows, Span<float> scores, Span<float> raw, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ThrowIfTooShort(features.Length, rows, model.FeatureCount, nameof(features));
        if (!scores.IsEmpty)
            ThrowIfTooShort(scores.Length, rows, model.OutputCount, nameof(scores));
        if (!raw.IsEmpty)
            ThrowIfTooShort(raw.Length, rows, model.OutputCount, nameof(raw));
        fixed (float* x = features, s = scores, r = raw)
            Score(x, rows, s, r, threads);
    }

    private unsafe void Score(float* features, int rows, float* scores, float* raw, int threads) =>
        SharedPool.Run((rows + PassScorer.RowBlock - 1) / PassScorer.RowBlock, threads, block =>
        {
            int first = block * PassScorer.RowBlock, count = Math.Min(PassScorer.RowBlock, rows - first);
            int width = model.OutputCount, length = count * width;
            TPass pass = _passes.TryTake(out TPass? kept) ? kept : create();
            Span<float> values = outputs(pass, new ReadOnlySpan<float>(
                features + (nint)first * model.FeatureCount, count * model.FeatureCount), count)[..length];
            if (raw != null)
                values.CopyTo(new Span<float>(raw + (nint)first * width, length));
            if (scores != null)
            {
                for (int row = 0; row < count; row++)
                    OutputTransform.ToProbabilities(model, values.Slice(row * width, width));
                values.CopyTo(new Span<float>(scores + (nint)first * width, length));
            }
            _passes.Add(pass);
        });

    private static void ThrowIfTooShort(int length, int rows, int width, string name)
    {
        if (length < (long)rows * width)
            throw new ArgumentException($"{name} has {Counted.Of(length, "number")}, {rows}×{width} expected", name);
    }
}

/// <summary>Raw outputs of some rows of features, rows×outputs, in the buffers of a pass.</summary>
internal delegate Span<float> BlockOutputs<TPass>(TPass pass, ReadOnlySpan<float> features, int rows);

/// <summary>What all scorers share.</summary>
internal static class PassScorer
{
    /// <summary>Rows of a block.</summary>
    public const int RowBlock = 64;
}
