using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Networks;

/// <summary>
/// A multi-layer perceptron that branches: tasks share the hidden layers below the point where their
/// <see cref="TaskTree"/> separates them, with one linear head per task (AutoBRANE, arXiv 2512.01113). Branches that
/// grow from the same layer are computed as one. Scoring only reads, so one network may be used by many threads at
/// once.
/// </summary>
public sealed class TaskTreeNetwork : IGroupModel
{
    internal const string KindName = "task-tree";
    private readonly PassScorer<TreePass> _scorer;

    internal TaskTreeNetwork(TreeShape shape, float[] parameters, float[] targetMeans, float[] targetScales)
    {
        if (parameters.Length != shape.ParameterCount)
            throw new ArgumentException($"{parameters.Length} parameters given, {shape.ParameterCount} expected",
                nameof(parameters));
        (Shape, Parameters, TargetMeans, TargetScales) = (shape, parameters, targetMeans, targetScales);
        _scorer = new PassScorer<TreePass>(this, () => new TreePass(shape, PassScorer.RowBlock, training: false),
            Outputs);
        for (int t = 0; t < shape.Heads.Tasks.Count; t++)
            if (!float.IsFinite(targetMeans[t]) || !(targetScales[t] > 0 && float.IsFinite(targetScales[t])))
                throw new ArgumentException($"Task '{Tasks[t].Name}' has target mean {targetMeans[t]} and scale " +
                    $"{targetScales[t]}; both must be finite and the scale positive", nameof(targetScales));
    }

    /// <inheritdoc/>
    public string Kind => KindName;

    /// <summary>Which tasks share which hidden layer; tasks by their numbers in <see cref="Tasks"/>.</summary>
    public TaskTree Tree => Shape.Tree;

    /// <summary>Width of one branch in every hidden layer.</summary>
    public IReadOnlyList<int> Hidden => Shape.Hidden;

    /// <summary>All parameters of all branches and heads.</summary>
    public int ParameterCount => Shape.ParameterCount;

    /// <inheritdoc/>
    public int FeatureCount => Shape.FeatureCount;

    /// <inheritdoc/>
    public IReadOnlyList<TaskInfo> Tasks => Shape.Heads.Tasks;

    long? IGroupModel.LearnedBytes => sizeof(float) * (long)ParameterCount;

    /// <inheritdoc/>
    public int OutputCount => Shape.Heads.OutputCount;

    internal TreeShape Shape { get; }

    internal float[] Parameters { get; }

    internal float[] TargetMeans { get; }

    internal float[] TargetScales { get; }

    /// <inheritdoc/>
    public int OutputOffset(int task) => Shape.Heads.OutputOffset(task);

    /// <inheritdoc/>
    public void Score(ReadOnlySpan<float> features, int rows, Span<float> scores, Span<float> raw, int threads = 1) =>
        _scorer.Score(features, rows, scores, raw, threads);

    /// <summary>
    /// Initial values as <see cref="SharedBottomNetwork.Initialize"/> gives them: every branch of a layer begins alike,
    /// as networks of groups do.
    /// </summary>
    internal static float[] Initialize(TreeShape shape, ulong seed)
    {
        var parameters = new float[shape.ParameterCount];
        foreach (TreeBlock block in shape.Blocks)
        {
            int at = 0;
            IEnumerable<(string Purpose, long Index, int Outputs)> units = block.IsHead
                ? block.Tasks.Select(t => shape.Heads.Tasks[t])
                    .Select(task => ("init/head/" + task.Name, 0L, task.OutputCount))
                : Enumerable.Repeat(("init/trunk", (long)block.Level, shape.Hidden[block.Level]),
                    block.Outputs / shape.Hidden[block.Level]);
            foreach ((string purpose, long index, int outputs) in units)
            {
                var stream = new RandomStream(seed, purpose, index);
                float bound = 1 / MathF.Sqrt(block.Inputs);
                foreach (ref float weight in parameters.AsSpan(block.WeightOffset + at * block.Inputs,
                    outputs * block.Inputs))
                    weight = (2 * stream.NextSingle() - 1) * bound;
                foreach (ref float bias in parameters.AsSpan(block.BiasOffset + at, outputs))
                    bias = (2 * stream.NextSingle() - 1) * bound;
                at += outputs;
            }
            if (block.IsNormalized)
                parameters.AsSpan(block.GainOffset, block.Outputs).Fill(1);
        }
        return parameters;
    }

    private Span<float> Outputs(TreePass pass, ReadOnlySpan<float> features, int rows)
    {
        features.CopyTo(pass.Features);
        pass.Forward(Parameters, 0, rows, default);
        for (int row = 0; row < rows; row++)
            for (int t = 0; t < Tasks.Count; t++)
                if (Tasks[t].Kind == TaskKind.Regression
                    && row * OutputCount + OutputOffset(t) is var at)
                    pass.Outputs[at] = pass.Outputs[at] * TargetScales[t] + TargetMeans[t];
        return pass.Outputs;
    }
}
