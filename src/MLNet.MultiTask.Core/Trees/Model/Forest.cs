namespace MLNet.MultiTask.Trees;

/// <summary>Boosted trees of some tasks: raw outputs are the start plus every tree's leaf.</summary>
/// <param name="tasks">The tasks.</param>
/// <param name="featureCount">Number of features d.</param>
/// <param name="start">Raw outputs without trees.</param>
/// <param name="trees">In order of training.</param>
/// <param name="means">Per task: what was subtracted from a regression target; otherwise 0.</param>
/// <param name="scales">Per task: what a regression target was divided by; otherwise 1.</param>
internal sealed class Forest(IReadOnlyList<TaskInfo> tasks, int featureCount, float[] start, IReadOnlyList<Tree> trees,
    float[] means, float[] scales)
{
    public IReadOnlyList<TaskInfo> Tasks { get; } = tasks;

    public int FeatureCount { get; } = featureCount;

    public float[] Start { get; } = start;

    public IReadOnlyList<Tree> Trees { get; } = trees;

    public float[] Means { get; } = means;

    public float[] Scales { get; } = scales;

    /// <summary>Outputs of all tasks.</summary>
    public int OutputCount => Start.Length;
}
