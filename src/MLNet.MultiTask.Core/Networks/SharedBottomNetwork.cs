using System.Numerics.Tensors;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Networks;

/// <summary>
/// A multi-layer perceptron whose hidden layers all tasks share, with one linear head per task (Caruana 1997, hard
/// sharing).
/// Scoring only reads, so one network may be used by many threads at once.
/// </summary>
public sealed class SharedBottomNetwork : IGroupModel
{
    private const int RowBlock = 256;

    [ThreadStatic]
    private static AlignedBuffer? _scratch;

    private readonly int _width;
    private Lazy<SparseFirstLayer?>? _sparse, _sparseSkip;

    /// <summary>Takes ownership of the arrays; they are not copied.</summary>
    /// <param name="shape">Sizes and tasks.</param>
    /// <param name="parameters">Flat, as <see cref="NetworkShape"/> lays it out.</param>
    /// <param name="targetMeans">Per task: mean of a regression target, otherwise 0; null = all 0.</param>
    /// <param name="targetScales">Per task: standard deviation of a regression target, otherwise 1; null = all
    /// 1.</param>
    /// <exception cref="ArgumentException">A length does not fit the shape, or a scale is not positive and
    /// finite.</exception>
    public SharedBottomNetwork(NetworkShape shape, float[] parameters, float[]? targetMeans = null,
        float[]? targetScales = null)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(parameters);
        if (parameters.Length != shape.ParameterCount)
            throw new ArgumentException($"{parameters.Length} parameters given, the shape has {shape.ParameterCount}",
                nameof(parameters));
        (Shape, Parameters) = (shape, parameters);
        _width = shape.Hidden.Count == 0 ? 0 : shape.Hidden.Max();
        TargetMeans = targetMeans ?? new float[shape.Tasks.Count];
        TargetScales = targetScales ?? [.. Enumerable.Repeat(1f, shape.Tasks.Count)];
        if (TargetMeans.Length != shape.Tasks.Count || TargetScales.Length != shape.Tasks.Count)
            throw new ArgumentException(
                $"{TargetMeans.Length} target means and {TargetScales.Length} scales given for " +
                $"{Counted.Of(shape.Tasks.Count, "task")}", nameof(targetMeans));
        for (int t = 0; t < shape.Tasks.Count; t++)
            if (!float.IsFinite(TargetMeans[t]) || !(TargetScales[t] > 0 && float.IsFinite(TargetScales[t])))
                throw new ArgumentException($"Task '{shape.Tasks[t].Name}' has target mean {TargetMeans[t]} and " +
                    $"scale {TargetScales[t]}; " +
                    "both must be finite and the scale positive", nameof(targetScales));
    }

    /// <inheritdoc/>
    public string Kind => "shared-bottom";

    /// <summary>Sizes and tasks.</summary>
    public NetworkShape Shape { get; }

    /// <inheritdoc/>
    public int FeatureCount => Shape.FeatureCount;

    /// <inheritdoc/>
    public IReadOnlyList<TaskInfo> Tasks => Shape.Tasks;

    long? IGroupModel.LearnedBytes =>
        sizeof(float) * ((long)Parameters.Length + TargetMeans.Length + TargetScales.Length);

    /// <inheritdoc/>
    public int OutputCount => Shape.OutputCount;

    /// <summary>All parameters, as <see cref="NetworkShape"/> lays them out.</summary>
    public float[] Parameters { get; }

    /// <summary>Per task: mean of a regression target on the training rows, otherwise 0.</summary>
    public float[] TargetMeans { get; }

    /// <summary>Per task: standard deviation of a regression target on the training rows, otherwise 1.</summary>
    public float[] TargetScales { get; }

    /// <summary>
    /// Weights and biases uniform in ±1/√inputs, gains 1, shifts 0, weights of the skip 0. A trunk layer's numbers
    /// depend on (seed, layer), a head's on (seed, task name), so an added task changes no other task's head.
    /// </summary>
    public static SharedBottomNetwork Initialize(NetworkShape shape, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var parameters = new float[shape.ParameterCount];
        for (int l = 0; l < shape.LayerCount - 1; l++)
        {
            LayerShape layer = shape.Layer(l);
            Fill(parameters.AsSpan(layer.WeightOffset, layer.Outputs * (layer.Inputs + 1)), layer.Inputs,
                new RandomStream(seed, "init/trunk", l));
            if (layer.IsNormalized)
                parameters.AsSpan(layer.GainOffset, layer.Outputs).Fill(1);
        }
        LayerShape heads = shape.Layer(shape.LayerCount - 1);
        for (int t = 0; t < shape.Tasks.Count; t++)
        {
            (Range weights, Range biases, _) = shape.HeadOf(t);
            RandomStream stream = Fill(parameters.AsSpan(weights), heads.Inputs,
                new RandomStream(seed, "init/head/" + shape.Tasks[t].Name));
            Fill(parameters.AsSpan(biases), heads.Inputs, stream);
        }
        return new SharedBottomNetwork(shape, parameters);
    }

    /// <summary>A network with its own copy of parameters and target scaling.</summary>
    public SharedBottomNetwork Clone() =>
        new(Shape, [.. Parameters], [.. TargetMeans], [.. TargetScales]);

    /// <summary>
    /// The network of some of the tasks: the trunk and their heads, copied; heads are found by task name.
    /// </summary>
    /// <param name="tasks">Tasks of the new network, in its order.</param>
    /// <exception cref="ArgumentException">This network has no task of a name, or one of another kind or number of
    /// classes.</exception>
    public SharedBottomNetwork Select(IReadOnlyList<TaskInfo> tasks)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        int[] own = [.. tasks.Select(IndexOf)];
        var shape = new NetworkShape(Shape.FeatureCount, Shape.Hidden, tasks, Shape.LayerNorm, Shape.LinearSkip);
        var parameters = new float[shape.ParameterCount];
        Parameters.AsSpan(0, shape.TrunkParameterCount).CopyTo(parameters);
        for (int i = 0; i < own.Length; i++)
        {
            (Range Weights, Range Biases, Range Skip) from = Shape.HeadOf(own[i]), to = shape.HeadOf(i);
            Parameters.AsSpan(from.Weights).CopyTo(parameters.AsSpan(to.Weights));
            Parameters.AsSpan(from.Biases).CopyTo(parameters.AsSpan(to.Biases));
            Parameters.AsSpan(from.Skip).CopyTo(parameters.AsSpan(to.Skip));
        }
        return new SharedBottomNetwork(shape, parameters, [.. own.Select(t => TargetMeans[t])],
            [.. own.Select(t => TargetScales[t])]);
    }

    /// <summary>
    /// Raw outputs: logits; standardised values of regression tasks. Does not allocate on one thread.
    /// </summary>
    /// <param name="features">rows×d, row-major.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="outputs">rows×<see cref="NetworkShape.OutputCount"/>, row-major; overwritten.</param>
    /// <param name="threads">Upper limit of threads; the outputs' bits depend neither on it nor on the other
    /// rows.</param>
    public void Forward(ReadOnlySpan<float> features, int rows, Span<float> outputs, int threads = 1) =>
        Run(features, rows, outputs, threads, scores: false);

    /// <summary>
    /// Probability of class 1 (binary), class probabilities (multi-class), value in the user's units (regression).
    /// Does not allocate on one thread.
    /// </summary>
    /// <param name="features">rows×d, row-major.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="scores">rows×<see cref="NetworkShape.OutputCount"/>, row-major; overwritten.</param>
    /// <param name="threads">Upper limit of threads; the scores' bits depend neither on it nor on the other
    /// rows.</param>
    public void Score(ReadOnlySpan<float> features, int rows, Span<float> scores, int threads = 1) =>
        Run(features, rows, scores, threads, scores: true);

    /// <inheritdoc/>
    public int OutputOffset(int task) => Shape.OutputOffset(task);

    /// <inheritdoc/>
    public void Score(ReadOnlySpan<float> features, int rows, Span<float> scores, Span<float> raw, int threads = 1)
    {
        if (raw.IsEmpty)
        {
            if (!scores.IsEmpty)
                Score(features, rows, scores, threads);
            return;
        }
        Forward(features, rows, raw, threads);
        raw = raw[..(rows * OutputCount)];
        if (!scores.IsEmpty)
        {
            ThrowIfTooShort(features, rows, scores);
            raw.CopyTo(scores);
            OutputTransform.ToScores(this, scores[..raw.Length], rows);
        }
        OutputTransform.ToUnits(this, raw, rows);
    }

    /// <summary>
    /// Promises that the parameters will not change any more: rows with few features that are not 0 are then scored by
    /// those alone, with the same bits and a second copy of the first layer's weights.
    /// </summary>
    internal void Freeze()
    {
        _sparse ??= new(() => SparseFirstLayer.TryCreate(Shape.Layer(0), Parameters));
        if (Shape.Skip is { } skip)
            _sparseSkip ??= new(() => SparseFirstLayer.TryCreate(skip, Parameters));
    }

    private unsafe void Run(ReadOnlySpan<float> features, int rows, Span<float> outputs, int threads, bool scores)
    {
        ThrowIfTooShort(features, rows, outputs);
        fixed (float* x = features, y = outputs)
        {
            int blocks = (rows + RowBlock - 1) / RowBlock;
            if (threads <= 1 || blocks <= 1)
                for (int block = 0; block < blocks; block++)
                    RunBlock(x, rows, y, scores, block);
            else
                RunParallel(x, rows, y, scores, blocks, threads);
        }
    }

    // Apart from Run, which must not allocate a closure.
    private unsafe void RunParallel(float* features, int rows, float* outputs, bool scores, int blocks, int threads) =>
        SharedPool.Run(blocks, threads, block => RunBlock(features, rows, outputs, scores, block));

    private unsafe void RunBlock(float* features, int rows, float* outputs, bool scores, int block)
    {
        int first = block * RowBlock, count = Math.Min(RowBlock, rows - first);
        float* input = features + (nint)first * Shape.FeatureCount, last = outputs + (nint)first * Shape.OutputCount;
        int ofSkip = Shape.LinearSkip ? count * Shape.OutputCount : 0;
        float* scratch = (_scratch ??= new AlignedBuffer()).Reserve(2 * count * _width + ofSkip);
        for (int l = 0; l < Shape.LayerCount; l++)
        {
            LayerShape layer = Shape.Layer(l);
            bool head = l == Shape.LayerCount - 1;
            float* output = head ? last : scratch + (l & 1) * count * _width;
            if (l > 0)
                Multiply(layer, input, count, output);
            else
                MultiplyFeatures(layer, _sparse?.Value, input, count, output);
            DenseLayer.AddBias(new Span<float>(output, count * layer.Outputs),
                Parameters.AsSpan(layer.BiasOffset, layer.Outputs), count, relu: !head && !layer.IsNormalized);
            if (layer.IsNormalized)
                fixed (float* gain = &Parameters[layer.GainOffset], shift = &Parameters[layer.ShiftOffset])
                    LayerNorm.Apply(output, count, layer.Outputs, gain, shift);
            input = output;
        }
        if (Shape.Skip is { } skip)
        {
            float* direct = scratch + 2 * count * _width;
            MultiplyFeatures(skip, _sparseSkip?.Value, features + (nint)first * Shape.FeatureCount, count, direct);
            var values = new Span<float>(last, ofSkip);
            TensorPrimitives.Add(values, new ReadOnlySpan<float>(direct, ofSkip), values);
        }
        if (scores)
            OutputTransform.ToScores(this, new Span<float>(last, count * Shape.OutputCount), count);
    }

    private unsafe void MultiplyFeatures(LayerShape layer, SparseFirstLayer? sparse, float* input, int rows,
        float* output)
    {
        if (sparse is null || !sparse.TryMultiply(input, output))
        {
            Multiply(layer, input, rows, output);
            return;
        }
        for (int row = 1; row < rows; row++)
        {
            float* x = input + (nint)row * layer.Inputs, y = output + (nint)row * layer.Outputs;
            if (!sparse.TryMultiply(x, y))
                Multiply(layer, x, 1, y);
        }
    }

    private unsafe void Multiply(LayerShape layer, float* input, int rows, float* output)
    {
        fixed (float* weights = &Parameters[layer.WeightOffset])
            if (rows == 1 && RowProduct.IsSupported)
                RowProduct.Multiply(weights, layer.Inputs, layer.Outputs, input, output);
            else
                Gemm.Multiply(false, true, rows, layer.Outputs, layer.Inputs,
                    new ReadOnlySpan<float>(input, rows * layer.Inputs), layer.Inputs,
                    new ReadOnlySpan<float>(weights, layer.Inputs * layer.Outputs), layer.Inputs,
                    new Span<float>(output, rows * layer.Outputs), layer.Outputs);
    }

    private void ThrowIfTooShort(ReadOnlySpan<float> features, int rows, Span<float> outputs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        if (features.Length < (long)rows * Shape.FeatureCount)
            throw new ArgumentException($"{features.Length} feature values given, {rows}×{Shape.FeatureCount} expected",
                nameof(features));
        if (outputs.Length < (long)rows * Shape.OutputCount)
            throw new ArgumentException($"Room for {Counted.Of(outputs.Length, "output")} given, " +
                $"{rows}×{Shape.OutputCount} expected",
                nameof(outputs));
    }

    private int IndexOf(TaskInfo task)
    {
        for (int t = 0; t < Shape.Tasks.Count; t++)
            if (Shape.Tasks[t].Name == task.Name)
                return Shape.Tasks[t].Kind == task.Kind && Shape.Tasks[t].OutputCount == task.OutputCount ? t
                    : throw new ArgumentException(
                        $"Task '{task.Name}' is {task.Kind} with {Counted.Of(task.OutputCount, "output")}, " +
                        "the network's is " +
                        $"{Shape.Tasks[t].Kind} with {Shape.Tasks[t].OutputCount}", nameof(task));
        throw new ArgumentException($"The network has no task '{task.Name}'; it has " +
            string.Join(", ", Shape.Tasks.Select(t => t.Name)), nameof(task));
    }

    private static RandomStream Fill(Span<float> values, int inputs, RandomStream stream)
    {
        float bound = 1 / MathF.Sqrt(inputs);
        for (int i = 0; i < values.Length; i++)
            values[i] = (2 * stream.NextSingle() - 1) * bound;
        return stream;
    }
}
