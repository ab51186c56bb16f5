using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Networks;

/// <summary>
/// The sizes of a shared-bottom network: a trunk of dense ReLU layers, with or without layer norm, then one linear head
/// per task, all heads fused into one last layer with <see cref="OutputCount"/> outputs in task order; with a linear
/// skip every output also has a weight per feature.
/// </summary>
public sealed class NetworkShape
{
    private readonly LayerShape[] _layers;
    private readonly int[] _outputOffsets;

    /// <summary>
    /// Lays the layers out in one flat vector: weights (out×in, row-major), then biases, in the trunk with layer norm
    /// then gains and shifts, layer by layer; last the weights of the skip.
    /// </summary>
    /// <param name="featureCount">Number of features d, at least 1.</param>
    /// <param name="hidden">Widths of the trunk's layers, each at least 1; empty = a linear model.</param>
    /// <param name="tasks">The tasks, at least one; names unique.</param>
    /// <param name="layerNorm">Whether every trunk layer normalises its values before ReLU.</param>
    /// <param name="linearSkip">Whether outputs also hang on the features directly.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    /// <exception cref="ArgumentException">There is no task, a name repeats, the network has more than 2³¹ parameters,
    /// or a skip and no trunk to skip.</exception>
    public NetworkShape(int featureCount, IReadOnlyList<int> hidden, IReadOnlyList<TaskInfo> tasks,
        bool layerNorm = false, bool linearSkip = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(featureCount, 1);
        ArgumentNullException.ThrowIfNull(hidden);
        ArgumentNullException.ThrowIfNull(tasks);
        if (tasks.Count == 0)
            throw new ArgumentException("A network has at least one task", nameof(tasks));
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (TaskInfo task in tasks)
            if (!names.Add(task.Name))
                throw new ArgumentException($"Task name '{task.Name}' is used twice", nameof(tasks));
        for (int l = 0; l < hidden.Count; l++)
            if (hidden[l] < 1)
                throw new ArgumentOutOfRangeException(nameof(hidden), hidden[l],
                    $"Width of hidden layer {l} must be at least 1");

        if (linearSkip && hidden.Count == 0)
            throw new ArgumentException("A network without hidden layers is linear; a skip would repeat it",
                nameof(linearSkip));
        (FeatureCount, Hidden, Tasks, LayerNorm) = (featureCount, [.. hidden], [.. tasks], layerNorm);
        _outputOffsets = new int[tasks.Count + 1];
        for (int t = 0; t < tasks.Count; t++)
            _outputOffsets[t + 1] = _outputOffsets[t] + tasks[t].OutputCount;
        _layers = new LayerShape[hidden.Count + 1];
        long offset = 0;
        for (int l = 0, inputs = featureCount; l < _layers.Length; l++)
        {
            int outputs = l < hidden.Count ? hidden[l] : OutputCount;
            bool normalized = layerNorm && l < hidden.Count;
            long bias = offset + (long)inputs * outputs, end = bias + (normalized ? 3L : 1L) * outputs;
            if (end > int.MaxValue)
                throw new ArgumentException($"Layer {l} ({inputs} inputs, {Counted.Of(outputs, "output")}) brings " +
                    $"the network to {end} parameters; at most {int.MaxValue} are possible", nameof(hidden));
            _layers[l] = new LayerShape((int)offset, (int)bias, inputs, outputs, normalized);
            (offset, inputs) = (end, outputs);
        }
        if (linearSkip)
        {
            long end = offset + (long)featureCount * OutputCount;
            if (end > int.MaxValue)
                throw new ArgumentException($"The skip ({featureCount} inputs, {Counted.Of(OutputCount, "output")}) " +
                    $"brings the network to {end} parameters; at most {int.MaxValue} are possible", nameof(hidden));
            Skip = new LayerShape((int)offset, _layers[^1].BiasOffset, featureCount, OutputCount);
            offset = end;
        }
        ParameterCount = (int)offset;
        Runs = [.. FindRuns()];
    }

    /// <summary>Number of features d.</summary>
    public int FeatureCount { get; }

    /// <summary>Widths of the trunk's layers.</summary>
    public IReadOnlyList<int> Hidden { get; }

    /// <summary>
    /// Whether every trunk layer normalises its values before ReLU (Ba, Kiros, Hinton 2016, eq. 4, ε = 10⁻⁵).
    /// </summary>
    public bool LayerNorm { get; }

    /// <summary>Whether every output also has a weight per feature, besides its head.</summary>
    public bool LinearSkip => Skip is not null;

    /// <summary>The tasks, in order of their outputs.</summary>
    public IReadOnlyList<TaskInfo> Tasks { get; }

    /// <summary>Outputs of all heads together: one per binary or regression task, K per multi-class task.</summary>
    public int OutputCount => _outputOffsets[^1];

    /// <summary>Dense layers: the trunk's, then the fused heads.</summary>
    public int LayerCount => _layers.Length;

    /// <summary>Parameters before the head layer.</summary>
    public int TrunkParameterCount => _layers[^1].WeightOffset;

    /// <summary>All parameters.</summary>
    public int ParameterCount { get; }

    /// <summary>The place of the skip's weights, with the heads' biases; null without one.</summary>
    internal LayerShape? Skip { get; }

    /// <summary>The tasks in stretches that are treated alike.</summary>
    internal TaskRun[] Runs { get; }

    /// <summary>First output of a task; a task's outputs are consecutive.</summary>
    public int OutputOffset(int task) => _outputOffsets[task];

    /// <summary>The place of layer <paramref name="l"/>; the last one holds the heads.</summary>
    public LayerShape Layer(int l) => _layers[l];

    /// <summary>Where the parameters of one task alone lie: its head's weights and biases, and its skip's weights, of
    /// which there may be none.</summary>
    internal (Range Weights, Range Biases, Range Skip) HeadOf(int task)
    {
        int first = _outputOffsets[task], end = _outputOffsets[task + 1];
        return (Rows(_layers[^1]), (_layers[^1].BiasOffset + first)..(_layers[^1].BiasOffset + end),
            Skip is { } skip ? Rows(skip) : default);

        Range Rows(LayerShape layer) =>
            (layer.WeightOffset + first * layer.Inputs)..(layer.WeightOffset + end * layer.Inputs);
    }

    private IEnumerable<TaskRun> FindRuns()
    {
        for (int t = 0; t < Tasks.Count;)
        {
            int end = t + 1;
            while (Tasks[t].Kind != TaskKind.Multiclass && end < Tasks.Count && Tasks[end].Kind == Tasks[t].Kind)
                end++;
            yield return new TaskRun(Tasks[t].Kind, t, OutputOffset(t), OutputOffset(end) - OutputOffset(t));
            t = end;
        }
    }
}
