using MLNet.MultiTask.Data;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Trees;

namespace MLNet.MultiTask;

/// <summary>
/// Boosted trees of a group of tasks: each tree asks the same questions for all tasks and has a value for each of them
/// in every leaf; raw outputs are the start plus every tree's leaf. Features that are NaN are missing and go where
/// training has learned.
/// </summary>
public sealed class BoostedForest : IGroupModel
{
    /// <summary>The <see cref="Kind"/> of all forests.</summary>
    public const string KindName = "boosted-trees";

    private readonly int[] _offsets;
    private readonly ForestScorer _scorer;

    internal BoostedForest(IReadOnlyList<TaskInfo> tasks, int featureCount, float[] start, IReadOnlyList<Tree> trees,
        float[] targetMeans, float[] targetScales)
    {
        (Tasks, FeatureCount, Start, Trees) = (tasks, featureCount, start, trees);
        (TargetMeans, TargetScales) = (targetMeans, targetScales);
        _offsets = new int[tasks.Count + 1];
        for (int t = 0; t < tasks.Count; t++)
            _offsets[t + 1] = _offsets[t] + tasks[t].OutputCount;
        _scorer = new ForestScorer(this);
    }

    /// <inheritdoc/>
    public string Kind => KindName;

    /// <inheritdoc/>
    public int FeatureCount { get; }

    /// <inheritdoc/>
    public IReadOnlyList<TaskInfo> Tasks { get; }

    long? IGroupModel.LearnedBytes =>
        Trees.Sum(t => (long)t.Nodes.Length * System.Runtime.CompilerServices.Unsafe.SizeOf<TreeNode>()
        + sizeof(float) * (long)t.Values.Length);

    /// <inheritdoc/>
    public bool AcceptsMissingFeatures => true;

    /// <inheritdoc/>
    public int OutputCount => _offsets[^1];

    /// <summary>Number of trees, as many as the task with the most of them has.</summary>
    public int TreeCount => Trees.Count;

    /// <summary>Raw outputs without trees.</summary>
    internal float[] Start { get; }

    /// <summary>In order of training; values after a task's best number of trees are 0.</summary>
    internal IReadOnlyList<Tree> Trees { get; }

    /// <summary>Per task: what was subtracted from a regression target; otherwise 0.</summary>
    internal float[] TargetMeans { get; }

    /// <summary>Per task: what a regression target was divided by; otherwise 1.</summary>
    internal float[] TargetScales { get; }

    /// <inheritdoc/>
    public int OutputOffset(int task) => _offsets[task];

    /// <inheritdoc/>
    public void Score(ReadOnlySpan<float> features, int rows, Span<float> scores, Span<float> raw, int threads = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        if (features.Length < (long)rows * FeatureCount)
            throw new ArgumentException($"{features.Length} feature values given, {rows}×{FeatureCount} expected",
                nameof(features));
        ThrowIfTooShort(scores, rows, nameof(scores));
        ThrowIfTooShort(raw, rows, nameof(raw));
        _scorer.Score(features, rows, scores, raw, threads);
    }

    /// <summary>
    /// How much each feature contributes to each output of a row (SHAP values), in raw units: log-odds (binary),
    /// logits (multi-class), the label's units (regression). A row's contributions and the bias sum to its raw output.
    /// Missing features are those that a tree does not ask about: path-dependent TreeSHAP (Lundberg et al. 2020,
    /// algorithm 2), exact. What a category contributes is with its first slot.
    /// </summary>
    /// <param name="features">One row, d values.</param>
    /// <returns>(d+1)×outputs, row-major; the last row is the bias, the mean output over the training rows.</returns>
    public double[] ShapleyValues(ReadOnlySpan<float> features)
    {
        if (features.Length != FeatureCount)
            throw new ArgumentException($"{features.Length} feature values given, {FeatureCount} expected",
                nameof(features));
        return TreeShap.Of(this, features);
    }

    /// <summary>
    /// Sum of the gains of all splits on each feature: what the loss of all tasks fell by, as the split search
    /// reckoned. What a category gained is with its first slot.
    /// </summary>
    /// <returns>Length d.</returns>
    public double[] FeatureGains()
    {
        var gains = new double[FeatureCount];
        foreach (Tree tree in Trees)
            for (int n = 0; n < tree.Nodes.Length; n++)
                gains[tree.Nodes[n].Feature] += tree.Gains[n];
        return gains;
    }

    /// <summary>
    /// How often each feature decides for a task, weighted by what it changes: over all splits on the feature, the
    /// training rows that pass, times the variance of the task's mean value between the two sides.
    /// </summary>
    /// <param name="task">Number within <see cref="Tasks"/>.</param>
    /// <returns>Length d.</returns>
    public double[] FeatureGains(int task)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(task);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(task, Tasks.Count);
        return SplitVariance.Of(this, OutputOffset(task), Tasks[task].OutputCount);
    }

    private void ThrowIfTooShort(Span<float> outputs, int rows, string name)
    {
        if (!outputs.IsEmpty && outputs.Length < (long)rows * OutputCount)
            throw new ArgumentException($"Room for {Counted.Of(outputs.Length, "output")} given, " +
                $"{rows}×{OutputCount} expected", name);
    }
}
