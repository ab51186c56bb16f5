using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Tests;

/// <summary>Scores the same number for every output of every row.</summary>
internal sealed class ConstantModel(IReadOnlyList<TaskInfo> tasks, int featureCount, float value) : IGroupModel
{
    public float Value => value;

    public string Kind => "constant";

    public int FeatureCount => featureCount;

    public IReadOnlyList<TaskInfo> Tasks => tasks;

    public int OutputCount => OutputOffset(tasks.Count);

    public int OutputOffset(int task) => tasks.Take(task).Sum(t => t.OutputCount);

    public void Score(ReadOnlySpan<float> features, int rows, Span<float> scores, Span<float> raw, int threads)
    {
        scores.Fill(value);
        raw.Fill(value);
    }
}
