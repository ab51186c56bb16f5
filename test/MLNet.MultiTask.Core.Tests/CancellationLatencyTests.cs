using System.Diagnostics;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Grouping;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Tests.Training;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests;

/// <summary>
/// Whatever is cancelled, ends within a second. Processor time is measured, so that a busy machine does not matter.
/// </summary>
[TestClass]
[DoNotParallelize]
[TestCategory("Slow")]
public sealed class CancellationLatencyTests
{
#if DEBUG
    // Code that is not optimised takes more than twice the time.
    private const double Most = 2;
#else
    private const double Most = 1;
#endif
    private const int Tasks = 1000;

    private static readonly Lazy<(TaskTable Table, RowSplit Split)> Wide = new(() => Data(4000, Tasks));
    private static readonly Lazy<(TaskTable Table, RowSplit Split)> Tall = new(() => Data(60000, 4));

    public static IEnumerable<string> Methods => AffinityMethods.All.Select(m => m.Name);

    public static IEnumerable<string> Solvers => GroupingSolvers.All.Select(m => m.Name);

    public static IEnumerable<string> Learners => ["shared-bottom", "tabular", "trees", "robust-trees", "linear",
        "ensemble", "folds"];

    [TestMethod]
    [DynamicData(nameof(Methods))]
    public void Estimate_ThousandTasks_EndsWithinASecond(string method) => AssertEnds(token => AffinityMethods.Create(
        method, new TrainingOptions { Threads = 1 }).Estimate(Wide.Value.Table, Wide.Value.Split, token));

    [TestMethod]
    [DynamicData(nameof(Solvers))]
    public void Solve_ThousandTasks_EndsWithinASecond(string solver)
    {
        int tasks = solver is "exhaustive" ? 12 : solver is "subset-programming" ? 16 : Tasks;
        var random = new RandomStream(1, "affinity");
        double[] values = new double[tasks * tasks];
        foreach (ref double value in values.AsSpan())
            value = random.NextNormal();
        var affinity = new TaskAffinity([.. Enumerable.Range(0, tasks).Select(t => $"t{t}")], values, "test");
        AssertEnds(token => GroupingSolvers.Of(solver).Create(new GroupingSettings { GroupCount = 5, Threads = 1 })
            .Solve(affinity, token));
    }

    [TestMethod]
    [DynamicData(nameof(Learners))]
    public void Fit_ManyRowsOrTasks_EndsWithinASecond(string name)
    {
        IGroupLearner learner = name switch
        {
            "shared-bottom" => new SharedBottomLearner(new()),
            "tabular" => new TabularLearner(),
            "trees" => new BoostedTreesLearner(),
            "robust-trees" => new RobustTreesLearner(),
            "linear" => new LinearLearner(),
            "ensemble" => new EnsembleLearner(),
            _ => new FoldsLearner(new BoostedTreesLearner(), 5),
        };
        foreach ((TaskTable table, RowSplit split) in new[] { Tall.Value, Wide.Value })
            AssertEnds(token => learner.Fit(table, split, [.. Enumerable.Range(0, table.Tasks.Count)],
                new LearnerRun { Threads = 1, CancellationToken = token }));
    }

    private static void AssertEnds(Action<CancellationToken> work)
    {
        foreach (double after in new[] { 0.3, 1.5, 5 })
        {
            using var source = new CancellationTokenSource();
            using var process = Process.GetCurrentProcess();
            TimeSpan cancelled = default;
            double Now()
            {
                process.Refresh();
                return process.TotalProcessorTime.TotalSeconds;
            }

            double started = Now(), stopped = double.NaN;
            using var timer = new Timer(_ =>
            {
                if (cancelled == default && Now() - started > after)
                {
                    cancelled = process.TotalProcessorTime;
                    source.Cancel();
                }
            }, null, 20, 20);
            try
            {
                work(source.Token);
                if (cancelled == default)
                    return;
            }
            catch (OperationCanceledException)
            {
            }
            stopped = Now();
            Assert.IsLessThan(Most, stopped - cancelled.TotalSeconds, $"cancelled after {after} s");
        }
    }

    private static (TaskTable, RowSplit) Data(int rows, int tasks)
    {
        TaskTable table = Problems.Mixed(rows, 20, 0.1, 3, [.. Enumerable.Range(0, tasks).Select(t =>
            new TaskInfo($"t{t}", t % 2 == 0 ? TaskKind.Binary : TaskKind.Regression))]);
        return (table, Problems.Split(table, 0.2));
    }
}
