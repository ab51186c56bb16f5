using MLNet.MultiTask.Data;
using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>Fits nothing, at once: what is measured beside it is the sweep's own time and memory.</summary>
internal sealed class MadeUpLearner : IGroupLearner
{
    private const int ModelBytes = 1 << 20;

    public string Name => "made-up";

    public string Settings => "constants";

    public GroupFit Fit(TaskTable table, RowSplit split, IReadOnlyList<int> tasks, LearnerRun run) => new()
    {
        Models = [new ServingModel(tasks, new Constants(table.FeatureCount, [.. tasks.Select(t => table.Tasks[t])],
            run.Seed ^ (ulong)tasks.Sum(t => 1L << (t % 60))))],
    };

    /// <summary>A loss per task: mates of the same four are good, others bad.</summary>
    public static double[] Losses(TaskGrouping grouping, ref RandomStream stream)
    {
        var losses = new double[grouping.TaskCount];
        foreach (TaskGroup group in grouping.Groups)
            foreach (int task in group.Served)
                losses[task] = 0.8 - 0.05 * group.Members.Sum(m => m / 4 == task / 4 ? 1 : -0.5)
                    / Math.Sqrt(group.Members.Count) + 0.01 * stream.NextNormal();
        return losses;
    }

    public static TaskGrouping Grouping(int tasks, ref RandomStream stream)
    {
        var of = new int[tasks];
        for (int t = 0; t < tasks; t++)
            of[t] = stream.NextInt32(5);
        return TaskGrouping.FromAssignment(of);
    }

    public static TaskTable Table(int tasks)
    {
        const int rows = 100;
        var stream = new RandomStream(1, "labels");
        var labels = new float[rows * tasks];
        foreach (ref float label in labels.AsSpan())
            label = (float)stream.NextNormal();
        return new TaskTable(new float[rows], 1,
            [.. Enumerable.Range(0, tasks).Select(t => new TaskInfo($"t{t}", TaskKind.Regression))], labels);
    }

    private sealed class Constants(int features, TaskInfo[] tasks, ulong seed) : IGroupModel
    {
        private readonly byte[] _weight = new byte[ModelBytes];

        public string Kind => "made-up";

        public int FeatureCount => features;

        public IReadOnlyList<TaskInfo> Tasks => tasks;

        public int OutputCount => tasks.Length;

        public int OutputOffset(int task) => task;

        public void Score(ReadOnlySpan<float> rows, int count, Span<float> scores, Span<float> raw, int threads = 1)
        {
            var stream = new RandomStream(seed + _weight[0], "scores");
            for (int i = 0; i < scores.Length; i++)
                scores[i] = (float)stream.NextNormal();
        }
    }
}
