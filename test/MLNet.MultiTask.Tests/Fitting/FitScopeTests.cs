using System.Diagnostics;
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Grouping;

namespace MLNet.MultiTask.Tests.Fitting;

[TestClass]
public class FitScopeTests
{
    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    public void Fit_ContextCancelledMeanwhile_EndsSoon()
    {
        var method = new WaitsForCancellation(() => Cancel(_context));
        TaskAffinityEstimator estimator = _context.MultiTask().Affinity.Custom(
            new TaskAffinityEstimator.Options { Tasks = Sample.Tasks, Seed = 1 }, method);
        IDataView data = Sample.View(_context, Sample.Rows(20));

        var thrown = Assert.ThrowsExactly<OperationCanceledException>(() => estimator.Fit(data));

        Assert.AreEqual("The MLContext was cancelled", thrown.Message);
        Assert.IsTrue(method.Waited < TimeSpan.FromSeconds(2), $"seen after {method.Waited}");
    }

    [TestMethod]
    public void Fit_TrainerWithCancelledContext_Throws()
    {
        SharedBottomTrainer trainer = _context.MultiTask().Trainers.SharedBottom(Sample.Options());
        IDataView data = Sample.View(_context);
        Cancel(_context);

        Assert.ThrowsExactly<OperationCanceledException>(() => trainer.Fit(data));
    }

    [TestMethod]
    public void Fit_Again_LeavesTheContextsRandomNumbersAlone()
    {
        IDataView data = Sample.View(_context, Sample.Rows(20));
        int Next(int fits)
        {
            var context = new MLContext(seed: 7);
            TaskAffinityEstimator estimator = context.MultiTask().Affinity.Custom(
                new TaskAffinityEstimator.Options { Tasks = Sample.Tasks, Seed = 1 }, new FixedAffinity());
            for (int i = 0; i < fits; i++)
                estimator.Fit(data);
            return ((IHostEnvironment)context).Register("next").Rand.Next();
        }

        Assert.AreEqual(Next(0), Next(3));
    }

    [TestMethod]
    public void Fit_GroupStoppedByMaxEpochs_WarnsWithTheRemedy()
    {
        var warnings = new List<string>();
        _context.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning)
                warnings.Add(e.RawMessage);
        };
        SharedBottomTrainer.Options options = Sample.Options();
        options.Training = Sample.Training with { MaxEpochs = 3 };
        _context.MultiTask().Trainers.SharedBottom(options).Fit(Sample.View(_context));
        StringAssert.Contains(warnings.Single(), "Group 0 (tasks Big, Amount, Grade, Maybe) ended at the limit " +
            "MaxEpochs = 3 before its validation loss stopped improving (best epoch 3 of 3); raise MaxEpochs");

        options.Training = Sample.Training with { MaxEpochs = 3, Patience = null };
        _context.MultiTask().Trainers.SharedBottom(options).Fit(Sample.View(_context));
        Assert.HasCount(1, warnings);
    }

    [TestMethod]
    public void Fit_SolverOutOfIterations_WarnsWithTheOption()
    {
        var warnings = new List<string>();
        _context.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning)
                warnings.Add(e.RawMessage);
        };
        IDataView data = FixedAffinity.Fit(_context, Sample.View(_context, Sample.Rows(20)));
        _context.MultiTask().Grouping.Custom(new(), new OutOfIterations()).Fit(data);

        StringAssert.Contains(warnings.Single(), "raise MaxIterations of the solver's options");
    }

    [TestMethod]
    public void Fit_Trainer_TellsEveryEpochOfEveryGroupWithTheTimeLeft()
    {
        var told = new Collector();
        var traces = new List<string>();
        _context.Log += (_, e) =>
        {
            if (e.RawMessage.StartsWith("Group ", StringComparison.Ordinal) && e.Kind == ChannelMessageKind.Trace)
                traces.Add(e.RawMessage);
        };
        SharedBottomTrainer.Options options = Sample.Options();
        options.Training = Sample.Training with { MaxEpochs = 4, Patience = null, Threads = 2 };
        options.Grouping = TaskGrouping.Parse("0,1|2,3");
        options.FitProgress = told;
        _context.MultiTask().Trainers.SharedBottom(options).Fit(Sample.View(_context));

        Assert.HasCount(8, told.Reports);
        Assert.HasCount(8, traces);
        CollectionAssert.AreEqual(new[] { 1, 2, 3, 4 },
            told.Reports.Where(r => r.Epoch!.Group == 1).Select(r => r.Epoch!.Epoch).ToArray());
        Assert.AreEqual((8L, (long?)8, TimeSpan.Zero), (told.Reports[^1].Done, told.Reports[^1].Total,
            told.Reports[^1].TimeLeft));
        Assert.IsTrue(told.Reports[3].TimeLeft > TimeSpan.Zero);
        StringAssert.Matches(traces[0], new("Group [01], epoch 1 of at most 4: loss .*, at most .* s left"));
    }

    [TestMethod]
    public void Fit_GradTag_TellsEveryPhase()
    {
        var told = new Collector();
        _context.MultiTask().Affinity.GradTag(
            new TaskAffinityEstimator.Options { Tasks = Sample.Tasks, Seed = 1, FitProgress = told },
            new GradTagOptions
            {
                Training = Sample.Training with { MaxEpochs = 2, Threads = null },
                Bases = 1,
                Subsets = 3,
            })
            .Fit(Sample.View(_context));

        CollectionAssert.IsSubsetOf(new[] { "probes", "forecast", "subsets" },
            told.Reports.Select(r => r.Phase).ToArray());
    }

    [TestMethod]
    public void Fit_BalancedClasses_PredictsTheRareClassMoreOften()
    {
        List<SampleRow> rows = Sample.Rows(400);
        foreach (SampleRow row in rows)
            row.Big = row.Features[0] + row.Features[1] + row.Features[2] * 2 > 4;
        int Flagged(ClassWeighting weighting)
        {
            SharedBottomTrainer.Options options = Sample.Options(TaskColumn.Binary("Big"));
            options.ClassWeighting = weighting;
            options.Training = Sample.Training with { MaxEpochs = 5, Patience = null };
            IDataView data = Sample.View(_context, rows);
            return Sample.Column<bool>(_context.MultiTask().Trainers.SharedBottom(options).Fit(data).Transform(data),
                "PredictedLabel.Big").Count(p => p);
        }

        Assert.IsTrue(Flagged(ClassWeighting.Balanced) > Flagged(ClassWeighting.None));
    }

    private sealed class Collector : IProgress<FitProgress>
    {
        public List<FitProgress> Reports { get; } = [];

        public void Report(FitProgress value) => Reports.Add(value);
    }

    // What a sweep does at its time limit; only ML.NET's friends may do it.
    private static void Cancel(MLContext context) =>
        typeof(MLContext).GetMethod("CancelExecution", BindingFlags.Instance | BindingFlags.NonPublic)!
            .Invoke(context, null);

    private sealed class WaitsForCancellation(Action onStart) : ITaskAffinityEstimator
    {
        public TimeSpan Waited { get; private set; }

        public string Name => "Waits";

        public TaskAffinity Estimate(TaskTable table, RowSplit split, CancellationToken cancellationToken = default)
        {
            onStart();
            long start = Stopwatch.GetTimestamp();
            cancellationToken.WaitHandle.WaitOne(TimeSpan.FromSeconds(10));
            Waited = Stopwatch.GetElapsedTime(start);
            cancellationToken.ThrowIfCancellationRequested();
            return new FixedAffinity().Estimate(table, split, cancellationToken);
        }
    }

    private sealed class OutOfIterations : ITaskGroupingSolver
    {
        public string Name => "Slow";

        public GroupingResult Solve(TaskAffinity affinity, CancellationToken cancellationToken = default) => new()
        {
            Grouping = TaskGrouping.All(affinity.Count),
            Objective = 1,
            StopReason = SolverLimits.Iterations,
            Solver = Name,
        };
    }
}
