using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Tests.Search;

/// <summary>Says the same number of every task: for tests of what a sweep chooses.</summary>
internal sealed class ConstantLearner(string name, float value) : IGroupLearner
{
    public string Name => name;

    public string Settings => $"{value}";

    /// <summary>Regressions whose labels are around a number each.</summary>
    public static TaskTable Table(int rows, float[] means)
    {
        var stream = new RandomStream(1, "labels");
        float[] labels = [.. Enumerable.Range(0, rows * means.Length)
            .Select(i => means[i % means.Length] + 0.3f * (float)stream.NextNormal())];
        return new TaskTable(new float[rows], 1,
            [.. means.Select((_, t) => new TaskInfo($"t{t}", TaskKind.Regression))], labels);
    }

    public GroupFit Fit(TaskTable table, RowSplit split, IReadOnlyList<int> tasks, LearnerRun run) => new()
    {
        Models = [new ServingModel(tasks,
            new ConstantModel([.. tasks.Select(t => table.Tasks[t])], table.FeatureCount, value))],
    };
}
