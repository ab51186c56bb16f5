using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Tests.Search;

/// <summary>Constants that are better for neighbours: for tests of many trials.</summary>
internal sealed class MadeUpLearner : IGroupLearner
{
    public string Name => "made-up";

    public string Settings => "";

    public static TaskTable Table(int tasks, int rows)
    {
        var stream = new RandomStream(1, "labels");
        float[] labels = [.. Enumerable.Range(0, rows * tasks).Select(_ => (float)stream.NextNormal())];
        return new TaskTable(new float[rows], 1,
            [.. Enumerable.Range(0, tasks).Select(t => new TaskInfo($"t{t}", TaskKind.Regression))], labels);
    }

    public GroupFit Fit(TaskTable table, RowSplit split, IReadOnlyList<int> tasks, LearnerRun run) => new()
    {
        Models = [new ServingModel(tasks, new ConstantModel([.. tasks.Select(t => table.Tasks[t])], table.FeatureCount,
            (tasks[^1] - tasks[0] - tasks.Count + 1) * 0.05f + run.Seed % 7 * 0.001f))],
    };
}
