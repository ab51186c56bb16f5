using MLNet.MultiTask.Data;
using System.Numerics.Tensors;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask;

/// <summary>A linear model of a group's tasks: raw outputs are x·W + b, in the label's units for a
/// regression.</summary>
public sealed class LinearModel : IGroupModel
{
    /// <summary>The <see cref="Kind"/> of all linear models.</summary>
    public const string KindName = "linear";

    private const int ShardRows = 256;

    private readonly int[] _offsets;

    internal LinearModel(int featureCount, IReadOnlyList<TaskInfo> tasks, float[] weights, float[] bias)
    {
        (FeatureCount, Tasks, Weights, Bias) = (featureCount, tasks, weights, bias);
        _offsets = new int[tasks.Count + 1];
        for (int t = 0; t < tasks.Count; t++)
            _offsets[t + 1] = _offsets[t] + tasks[t].OutputCount;
    }

    /// <inheritdoc/>
    public string Kind => KindName;

    /// <inheritdoc/>
    public int FeatureCount { get; }

    /// <inheritdoc/>
    public IReadOnlyList<TaskInfo> Tasks { get; }

    long? IGroupModel.LearnedBytes => sizeof(float) * ((long)Weights.Length + Bias.Length);

    /// <inheritdoc/>
    public int OutputCount => _offsets[^1];

    /// <summary>d×K, row-major, for features as they are.</summary>
    internal float[] Weights { get; }

    /// <summary>Length K.</summary>
    internal float[] Bias { get; }

    /// <inheritdoc/>
    public int OutputOffset(int task) => _offsets[task];

    /// <summary>The weight of a feature in an output.</summary>
    /// <param name="feature">0 … d−1.</param>
    /// <param name="output">0 … K−1.</param>
    public float Weight(int feature, int output) => Weights[feature * OutputCount + output];

    /// <inheritdoc/>
    public unsafe void Score(ReadOnlySpan<float> features, int rows, Span<float> scores, Span<float> raw,
        int threads = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        if (features.Length < (long)rows * FeatureCount)
            throw new ArgumentException($"{features.Length} feature values given, {rows}×{FeatureCount} expected",
                nameof(features));
        ThrowIfTooShort(scores, rows, nameof(scores));
        ThrowIfTooShort(raw, rows, nameof(raw));
        int k = OutputCount, d = FeatureCount, scoreWidth = scores.IsEmpty ? 0 : k, rawWidth = raw.IsEmpty ? 0 : k;
        fixed (float* from = features, to = scores, other = raw)
        {
            nint x = (nint)from, y = (nint)to, z = (nint)other;
            SharedPool.Run((rows + ShardRows - 1) / ShardRows, threads, s =>
            {
                for (int r = s * ShardRows; r < Math.Min(rows, (s + 1) * ShardRows); r++)
                    ScoreRow(new ReadOnlySpan<float>((float*)x + (long)r * d, d),
                        new Span<float>((float*)y + (long)r * scoreWidth, scoreWidth),
                        new Span<float>((float*)z + (long)r * rawWidth, rawWidth));
            });
        }
    }

    private void ScoreRow(ReadOnlySpan<float> features, Span<float> scores, Span<float> raw)
    {
        Span<float> own = scores.IsEmpty ? raw : scores;
        Bias.CopyTo(own);
        for (int f = 0; f < features.Length; f++)
            if (features[f] != 0)
                TensorPrimitives.MultiplyAdd(Weights.AsSpan(f * own.Length, own.Length), features[f], own, own);
        if (scores.IsEmpty)
            return;
        if (!raw.IsEmpty)
            own.CopyTo(raw);
        for (int t = 0; t < Tasks.Count; t++)
            if (Tasks[t].Kind == TaskKind.Binary)
                OutputTransform.Sigmoid(own.Slice(_offsets[t], 1));
            else if (Tasks[t].Kind == TaskKind.Multiclass)
                OutputTransform.Softmax(own.Slice(_offsets[t], Tasks[t].OutputCount));
    }

    private void ThrowIfTooShort(Span<float> outputs, int rows, string name)
    {
        if (!outputs.IsEmpty && outputs.Length < (long)rows * OutputCount)
            throw new ArgumentException($"Room for {Counted.Of(outputs.Length, "output")} given, " +
                $"{rows}×{OutputCount} expected", name);
    }
}
