using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Networks;

/// <summary>
/// A network for tables in the manner of RealMLP (Holzmüller, Grinsztajn, Steinwart, NeurIPS 2024) with all tasks'
/// heads: scaled features, embeddings of numbers, a learned diagonal, dense layers with parametric activations; several
/// members that share the layers where <see cref="TabularOptions.Members"/> asks for them, of which it is the mean.
/// </summary>
public sealed class TabularNetwork : IGroupModel
{
    private readonly PassScorer<TabularPass> _scorer;

    internal TabularNetwork(TabularShape shape, FeatureScaling scaling, float[][] edges, float[] parameters,
        TargetRange[] targets)
    {
        if (parameters.Length != shape.ParameterCount)
            throw new ArgumentException($"{parameters.Length} parameters given, {shape.ParameterCount} expected");
        (Shape, Scaling, Edges, Parameters, Targets) = (shape, scaling, edges, parameters, targets);
        _scorer = new PassScorer<TabularPass>(this,
            () => new TabularPass(shape, edges, PassScorer.RowBlock, training: false), Outputs);
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

    /// <summary>Per task: how its outputs become values.</summary>
    internal TargetRange[] Targets { get; }

    /// <inheritdoc/>
    public int OutputOffset(int task) => Shape.Heads.OutputOffset(task);

    /// <inheritdoc/>
    public void Score(ReadOnlySpan<float> features, int rows, Span<float> scores, Span<float> raw, int threads = 1) =>
        _scorer.Score(features, rows, scores, raw, threads);

    private Span<float> Outputs(TabularPass pass, ReadOnlySpan<float> features, int rows)
    {
        for (int row = 0; row < rows; row++)
            Scaling.Apply(features.Slice(row * FeatureCount, FeatureCount),
                pass.Scaled.AsSpan(row * FeatureCount, FeatureCount));
        pass.Forward(Parameters, 0, rows, default);
        // A row's mean lies where the first member of an earlier row was, or its own.
        Span<float> outputs = pass.Sums[^1];
        int width = Shape.Members * OutputCount;
        for (int row = 0; row < rows; row++)
        {
            Span<float> mean = outputs.Slice(row * OutputCount, OutputCount);
            MemberMean.Of(Shape.Heads, Shape.Members, outputs.Slice(row * width, width), mean);
            for (int t = 0; t < Tasks.Count; t++)
                foreach (ref float output in mean.Slice(OutputOffset(t), Tasks[t].OutputCount))
                    output = Targets[t].ToUnits(output);
        }
        return outputs;
    }
}

/// <summary>
/// From a task's output to its value: a regression is scaled back and kept within the training targets, logits are
/// multiplied by the scale.
/// </summary>
internal readonly record struct TargetRange(float Mean, float Scale, float Lowest, float Highest)
{
    public float ToUnits(float output) => Math.Clamp(output * Scale + Mean, Lowest, Highest);

    /// <summary>Logits times a factor.</summary>
    public static TargetRange OfLogits(float factor) => new(0, factor, float.MinValue, float.MaxValue);
}
