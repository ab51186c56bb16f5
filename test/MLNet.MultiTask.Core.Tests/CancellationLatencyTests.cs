using System.Diagnostics;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Grouping;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Search;
using MLNet.MultiTask.Tests.Training;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests;

/// <summary>
/// Whatever is cancelled, ends within a second. Processor time is measured, so that a busy machine does not matter
/// much; the default suite looks at the long loops once and leaves them ten seconds, since other tests may run beside.
/// </summary>
[TestClass]
[DoNotParallelize]
public sealed class CancellationLatencyTests
{
#if DEBUG
    // Code that is not optimised takes more than twice the time.
    private const double Most = 2;
#else
    private const double Most = 1;
#endif
    private const double Generous = 10;
    private const int Tasks = 1000;

    private static readonly Lazy<(TaskTable Table, RowSplit Split)> Wide = new(() => Data(4000, Tasks));
    private static readonly Lazy<(TaskTable Table, RowSplit Split)> Tall = new(() => Data(60000, 4));

    public static IEnumerable<string> Methods => AffinityMethods.All.Select(m => m.Name);

    public static IEnumerable<string> Solvers => GroupingSolvers.All.Select(m => m.Name);

    public static IEnumerable<string> Learners => ["shared-bottom", "tabular", "trees", "robust-trees", "linear",
        "trace-norm", "task-tree", "ensemble", "folds"];

    // Made before the clock runs.
    [ClassInitialize]
    public static void MakeData(TestContext context) => _ = (Wide.Value, Tall.Value);

    [TestMethod]
    [DataRow("grad-tag"), DataRow("label-correlation"), DataRow("tag"), DataRow("group-updates"), DataRow("lasso"),
        DataRow("higher-order")]
    public void Estimate_ThousandTasks_Ends(string method) => Estimate(method, Generous, 0.3);

    [TestMethod]
    [TestCategory("Slow")]
    [DynamicData(nameof(Methods))]
    public void Estimate_ThousandTasks_EndsWithinASecond(string method) => Estimate(method, Most, 0.3, 1.5, 5);

    [TestMethod]
    [DataRow("sdp"), DataRow("branch-and-bound"), DataRow("annealing"), DataRow("cover")]
    public void Solve_ThousandTasks_Ends(string solver) => Solve(solver, Generous, 0.3);

    [TestMethod]
    [TestCategory("Slow")]
    [DynamicData(nameof(Solvers))]
    public void Solve_ThousandTasks_EndsWithinASecond(string solver) => Solve(solver, Most, 0.3, 1.5, 5);

    [TestMethod]
    [DynamicData(nameof(Learners))]
    public void Fit_ManyRows_Ends(string learner) => Fit(learner, Tall.Value, Generous, 0.3);

    [TestMethod]
    [DataRow("linear"), DataRow("robust-trees")]
    public void Fit_ThousandTasks_Ends(string learner) => Fit(learner, Wide.Value, Generous, 0.3);

    [TestMethod]
    [TestCategory("Slow")]
    [DynamicData(nameof(Learners))]
    public void Fit_ManyRowsOrTasks_EndsWithinASecond(string learner)
    {
        Fit(learner, Tall.Value, Most, 0.3, 1.5, 5);
        Fit(learner, Wide.Value, Most, 0.3, 1.5, 5);
    }

    [TestMethod]
    public void Sweep_LongTrials_Ends() => Sweep(Generous, 0.3);

    [TestMethod]
    [TestCategory("Slow")]
    public void Sweep_LongTrials_EndsWithinASecond() => Sweep(Most, 0.3, 1.5, 5);

    private static void Estimate(string method, double most, params double[] after) => AssertEnds(token =>
        AffinityMethods.Create(method, new TrainingOptions { Threads = 1 })
            .Estimate(Wide.Value.Table, Wide.Value.Split, token), most, after);

    private static void Solve(string solver, double most, params double[] after)
    {
        int tasks = solver is "exhaustive" ? 12 : solver is "subset-programming" ? 16 : Tasks;
        var random = new RandomStream(1, "affinity");
        double[] values = new double[tasks * tasks];
        foreach (ref double value in values.AsSpan())
            value = random.NextNormal();
        var affinity = new TaskAffinity([.. Enumerable.Range(0, tasks).Select(t => $"t{t}")], values, "test");
        AssertEnds(token => GroupingSolvers.Of(solver).Create(new GroupingSettings { GroupCount = 5, Threads = 1 })
            .Solve(affinity, token), most, after);
    }

    private static void Fit(string name, (TaskTable Table, RowSplit Split) data, double most, params double[] after)
    {
        IGroupLearner learner = name switch
        {
            "shared-bottom" => new SharedBottomLearner(new()),
            "tabular" => new TabularLearner(),
            "trees" => new BoostedTreesLearner(),
            "robust-trees" => new RobustTreesLearner(),
            "linear" => new LinearLearner(),
            "trace-norm" => new LinearLearner(new LinearOptions { Penalty = LinearPenalty.TraceNorm }),
            "task-tree" => new TaskTreeLearner(),
            "ensemble" => new EnsembleLearner(),
            _ => new FoldsLearner(new BoostedTreesLearner(), 5),
        };
        // Robust trees pool tasks of one kind.
        int[] tasks = [.. Enumerable.Range(0, data.Table.Tasks.Count)
            .Where(t => name != "robust-trees" || data.Table.Tasks[t].Kind == TaskKind.Binary)];
        AssertEnds(token => learner.Fit(data.Table, data.Split, tasks,
            new LearnerRun { Threads = 1, CancellationToken = token }), most, after);
    }

    // It returns what it has where a trial was completed.
    private static void Sweep(double most, params double[] after) => AssertEnds(token => GroupingSweep.Run(
        Tall.Value.Table, new SweepOptions
        {
            Learners = [new SweepLearner("network", _ => new SharedBottomLearner(new()))],
            Threads = 1,
        }, token), most, after);

    private static void AssertEnds(Action<CancellationToken> work, double most, params double[] times)
    {
        foreach (double after in times)
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
            Assert.IsLessThan(most, stopped - cancelled.TotalSeconds, $"cancelled after {after} s");
        }
    }

    private static (TaskTable, RowSplit) Data(int rows, int tasks)
    {
        TaskTable table = Problems.Mixed(rows, 20, 0.1, 3, [.. Enumerable.Range(0, tasks).Select(t =>
            new TaskInfo($"t{t}", t % 2 == 0 ? TaskKind.Binary : TaskKind.Regression))]);
        return (table, Problems.Split(table, 0.2));
    }
}
