using MLNet.MultiTask.Data;
using System.Collections.Concurrent;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Networks;

/// <summary>
/// A network for tables in the manner of RealMLP (Holzmüller, Grinsztajn, Steinwart, NeurIPS 2024) with all tasks'
/// heads: scaled features, embeddings of numbers, a learned diagonal, dense layers with parametric activations.
/// </summary>
public sealed class TabularNetwork : IGroupModel
{
    private const int RowBlock = 64;
    private readonly ConcurrentBag<TabularPass> _passes = [];

    internal TabularNetwork(TabularShape shape, FeatureScaling scaling, float[][] edges, float[] parameters,
        TargetRange[] targets)
    {
        if (parameters.Length != shape.ParameterCount)
            throw new ArgumentException($"{parameters.Length} parameters given, {shape.ParameterCount} expected");
        (Shape, Scaling, Edges, Parameters, Targets) = (shape, scaling, edges, parameters, targets);
    }

    /// <inheritdoc/>
    public string Kind => "tabular";

    /// <inheritdoc/>
    public int FeatureCount => Shape.FeatureCount;

    /// <inheritdoc/>
    public IReadOnlyList<TaskInfo> Tasks => Shape.Heads.Tasks;

    long? IGroupModel.LearnedBytes => sizeof(float) * ((long)Parameters.Length + Edges.Sum(e => (long)e.Length));

    /// <inheritdoc/>
    public int OutputCount => Shape.Heads.OutputCount;

    internal TabularShape Shape { get; }

    internal FeatureScaling Scaling { get; }

    internal float[][] Edges { get; }

    internal float[] Parameters { get; }

    /// <summary>Per task: how its outputs become values; of regression tasks only.</summary>
    internal TargetRange[] Targets { get; }

    /// <inheritdoc/>
    public int OutputOffset(int task) => Shape.Heads.OutputOffset(task);

    /// <inheritdoc/>
    public unsafe void Score(ReadOnlySpan<float> features, int rows, Span<float> scores, Span<float> raw,
        int threads = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ThrowIfTooShort(features.Length, rows, FeatureCount, nameof(features));
        if (!scores.IsEmpty)
            ThrowIfTooShort(scores.Length, rows, OutputCount, nameof(scores));
        if (!raw.IsEmpty)
            ThrowIfTooShort(raw.Length, rows, OutputCount, nameof(raw));
        fixed (float* x = features, s = scores, r = raw)
            Score(x, rows, s, r, threads);
    }

    private unsafe void Score(float* features, int rows, float* scores, float* raw, int threads) =>
        SharedPool.Run((rows + RowBlock - 1) / RowBlock, threads, block =>
        {
            int first = block * RowBlock, count = Math.Min(RowBlock, rows - first);
            TabularPass pass = _passes.TryTake(out TabularPass? kept) ? kept
                : new TabularPass(Shape, Edges, RowBlock, training: false);
            for (int row = 0; row < count; row++)
                Scaling.Apply(new ReadOnlySpan<float>(features + (nint)(first + row) * FeatureCount, FeatureCount),
                    pass.Scaled.AsSpan(row * FeatureCount, FeatureCount));
            pass.Forward(Parameters, 0, count, default);
            for (int row = 0; row < count; row++)
            {
                Span<float> outputs = pass.Sums[^1].AsSpan(row * OutputCount, OutputCount);
                ToUnits(outputs);
                if (raw != null)
                    outputs.CopyTo(new Span<float>(raw + (nint)(first + row) * OutputCount, OutputCount));
                if (scores == null)
                    continue;
                ToProbabilities(outputs);
                outputs.CopyTo(new Span<float>(scores + (nint)(first + row) * OutputCount, OutputCount));
            }
            _passes.Add(pass);
        });

    private void ToUnits(Span<float> outputs)
    {
        for (int t = 0; t < Tasks.Count; t++)
            if (Tasks[t].Kind == TaskKind.Regression)
                outputs[OutputOffset(t)] = Targets[t].ToUnits(outputs[OutputOffset(t)]);
    }

    private void ToProbabilities(Span<float> outputs)
    {
        for (int t = 0; t < Tasks.Count; t++)
            if (Tasks[t].Kind == TaskKind.Binary)
                outputs[OutputOffset(t)] = OutputTransform.Sigmoid(outputs[OutputOffset(t)]);
            else if (Tasks[t].Kind == TaskKind.Multiclass)
                OutputTransform.Softmax(outputs.Slice(OutputOffset(t), Tasks[t].OutputCount));
    }

    private static void ThrowIfTooShort(int length, int rows, int width, string name)
    {
        if (length < (long)rows * width)
            throw new ArgumentException($"{name} has {Counted.Of(length, "number")}, {rows}×{width} expected", name);
    }
}

/// <summary>From a regression task's output to its value: scaled back, and kept within the training targets.</summary>
internal readonly record struct TargetRange(float Mean, float Scale, float Lowest, float Highest)
{
    public float ToUnits(float output) => Math.Clamp(output * Scale + Mean, Lowest, Highest);
}
