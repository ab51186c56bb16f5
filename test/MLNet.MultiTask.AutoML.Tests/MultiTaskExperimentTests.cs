using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace;

namespace MLNet.MultiTask.Tests.AutoML;

[TestClass]
public sealed class MultiTaskExperimentTests
{
    private readonly MLContext _context = new(1);

    [TestMethod]
    public async Task RunAsync_Sweeps_AndReturnsAnOrdinaryTransformer()
    {
        IDataView data = Sample.View(_context);
        MultiTaskExperiment experiment = Experiment(data, null);
        TrialResult best = await experiment.RunAsync();
        Assert.HasCount(6, experiment.Result!.Trials);
        Assert.AreEqual(SweepStopReason.MaxTrials, experiment.Result.StopReason);
        Assert.AreEqual(experiment.Result.Best.Loss, best.Loss);
        Assert.AreEqual(experiment.Result.Best.Point.Grouping.ToString(),
            best.TrialSettings.Parameter["multitask"]["grouping"].AsType<string>());
        MultiTaskMetrics metrics = _context.MultiTask().Evaluate(best.Model.Transform(data), Sample.Tasks);
        Assert.IsGreaterThan(0.8, metrics.Tasks[0].AreaUnderRocCurve);
    }

    [TestMethod]
    public async Task RunAsync_SameSeed_AsTheEstimator()
    {
        IDataView data = Sample.View(_context);
        MultiTaskExperiment experiment = Experiment(data, null);
        await experiment.RunAsync();
        MultiTaskSweep sweep = _context.MultiTask().Sweep(Sample.Tasks, Configure);
        sweep.Fit(data);
        CollectionAssert.AreEqual(sweep.Result!.Trials.Select(t => (t.Point, t.Loss)).ToArray(),
            experiment.Result!.Trials.Select(t => (t.Point, t.Loss)).ToArray());
    }

    [TestMethod]
    public async Task RunAsync_HelpersAndSettingsPerGroup_AsTheEstimator()
    {
        IDataView data = Sample.View(_context);
        MultiTaskExperiment experiment = Experiment(data, null, More);
        await experiment.RunAsync();
        MultiTaskSweep sweep = _context.MultiTask().Sweep(Sample.Tasks, o =>
        {
            Configure(o);
            More(o);
        });
        sweep.Fit(data);
        CollectionAssert.AreEqual(sweep.Result!.Trials.Select(t => t.Point).ToArray(),
            experiment.Result!.Trials.Select(t => t.Point).ToArray());

        static void More(MultiTaskSweep.Options options)
        {
            (options.Helpers, options.SettingsPerGroup, options.Budget.MaxTrials) = (true, true, 8);
            options.Learners = [new SweepLearner(new LinearLearner()), NetworkSweep.Learner(options.Training)];
        }
    }

    [TestMethod]
    public async Task RunAsync_GroupsThatDiffer_ComeBackFromTheirParameters()
    {
        IDataView data = Sample.View(_context);
        var seen = new Recorder();
        AutoMLExperiment first = _context.Auto().CreateExperiment(), second = _context.Auto().CreateExperiment();
        MultiTaskExperiment told = first.SetMultiTask(data, null, Sample.Tasks, Mixed);
        first.SetMonitor(seen);
        TrialResult best = await told.RunAsync();
        SweepPoint[] points = [.. told.Result!.Trials.Select(t => t.Point)];
        Assert.IsTrue(points.Any(p => !p.IsShared), string.Join("; ", (object[])points));
        Assert.HasCount(points.Length, seen.Parameters);

        // The parameters as a file would keep them, given by a tuner that knows nothing of groupings.
        MultiTaskExperiment again = second.SetMultiTask(data, null, Sample.Tasks, Mixed);
        second.SetTuner(new Replay(seen.Parameters));
        TrialResult same = await again.RunAsync();
        CollectionAssert.AreEqual(told.Result.Trials.Select(t => (t.Point, t.Loss)).ToArray(),
            again.Result!.Trials.Select(t => (t.Point, t.Loss)).ToArray());
        Assert.AreEqual(told.Result.Best.Point, again.Result.Best.Point);
        Assert.AreEqual(JsonSerializer.Serialize(best.TrialSettings.Parameter),
            JsonSerializer.Serialize(same.TrialSettings.Parameter));
        Assert.AreEqual(seen.Parameters[told.Result.Best.Number - 1],
            JsonSerializer.Serialize(best.TrialSettings.Parameter));

        static void Mixed(MultiTaskSweep.Options options)
        {
            Configure(options);
            (options.SettingsPerGroup, options.Budget.MaxTrials) = (true, 12);
            options.Learners = [new SweepLearner("left", own => new Picky([0, 1], own["strength"]),
                new SweepSetting("strength", ["1", "0.1"])), new SweepLearner("right", _ => new Picky([2, 3], "1"))];
        }
    }

    /// <summary>Learns some tasks well, and any others as good as nothing.</summary>
    private sealed class Picky(int[] good, string strength) : Learners.IGroupLearner
    {
        public string Name => "picky";

        public string Settings => $"{string.Join(',', good)} {strength}";

        public Learners.GroupFit Fit(TaskTable table, RowSplit split, IReadOnlyList<int> tasks,
            Learners.LearnerRun run) => new LinearLearner(new LinearOptions
            {
                Strengths = [tasks.All(good.Contains) ? double.Parse(strength, CultureInfo.InvariantCulture) : 1e9],
            }).Fit(table, split, tasks, run);
    }

    private sealed class Recorder : IMonitor
    {
        public List<string> Parameters { get; } = [];

        public void ReportRunningTrial(TrialSettings settings) =>
            Parameters.Add(JsonSerializer.Serialize(settings.Parameter));

        public void ReportCompletedTrial(TrialResult result)
        {
        }

        public void ReportBestTrial(TrialResult result)
        {
        }

        public void ReportFailTrial(TrialSettings settings, Exception? exception = null)
        {
        }
    }

    private sealed class Replay(IReadOnlyList<string> parameters) : ITuner
    {
        private int _next;

        public Parameter Propose(TrialSettings settings) =>
            JsonSerializer.Deserialize<Parameter>(parameters[_next++])!;

        public void Update(TrialResult result)
        {
        }
    }

    [TestMethod]
    public async Task RunAsync_ValidationRows_JudgeTheTrials()
    {
        MultiTaskExperiment experiment = Experiment(Sample.View(_context, Sample.Rows(150)),
            Sample.View(_context, Sample.Rows(80, 9)));
        TrialResult best = await experiment.RunAsync();
        Assert.IsTrue(double.IsFinite(best.Loss));
        Assert.HasCount(2, experiment.Result!.Trials[0].Losses);
    }

    [TestMethod]
    public async Task RunAsync_WithSetCheckpoint_IsRefusedBeforeAnyTrial()
    {
        string folder = Path.Combine(Path.GetTempPath(), $"checkpoint-{Guid.NewGuid():N}");
        try
        {
            int trials = 0;
            MultiTaskExperiment experiment = _context.Auto().CreateExperiment().SetCheckpoint(folder)
                .SetMultiTask(Sample.View(_context), null, Sample.Tasks, o =>
                {
                    Configure(o);
                    o.Budget.Progress = new Counter(() => trials++);
                });
            var e = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => experiment.RunAsync());
            StringAssert.Contains(e.Message, "SetCheckpoint cannot be combined with SetMultiTask");
            StringAssert.Contains(e.Message, "set HistoryFile in the options instead");
            Assert.AreEqual(0, trials);
        }
        finally
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    private sealed class Counter(Action counted) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value) => counted();
    }

    [TestMethod]
    public async Task RunAsync_EveryTrialFails_SaysCountsAndTheFirstError()
    {
        MultiTaskExperiment experiment = Experiment(Sample.View(_context), null, o =>
            o.Learners = [new SweepLearner(new Failing())]);
        var e = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => experiment.RunAsync());
        StringAssert.Contains(e.Message, "6 ended, 6 of them failed");
        StringAssert.Contains(e.Message, "IOException: disk of glass");
    }

    [TestMethod]
    public async Task RunAsync_TimeBudget_IsKept()
    {
        MultiTaskExperiment experiment = Experiment(Sample.View(_context), null, o =>
        {
            o.Training = Sample.Training with { MaxEpochs = 100000, MaxSteps = null, Patience = null };
            o.Budget.MaxTrials = null;
            o.Budget.MaxTime = TimeSpan.FromSeconds(1.5);
            o.Hidden = ["5", "4"];
        });
        long started = Stopwatch.GetTimestamp();
        // The first trial does not end: nothing was completed.
        await Assert.ThrowsAsync<Exception>(() => experiment.RunAsync());
        Assert.IsLessThan(3.5, Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    [TestMethod]
    public async Task RunAsync_CancelledBefore_Throws() =>
        await Assert.ThrowsAsync<OperationCanceledException>(() =>
            Experiment(Sample.View(_context), null).RunAsync(new CancellationToken(canceled: true)));

    [TestMethod]
    public async Task RunAsync_OtherTuner_IsFollowed()
    {
        AutoMLExperiment experiment = new MLContext(1).Auto().CreateExperiment(new() { Seed = 4 });
        MultiTaskExperiment multi = experiment.SetMultiTask(Sample.View(_context), null, Sample.Tasks, Configure);
        experiment.SetRandomSearchTuner(seed: 4);
        TrialResult best = await multi.RunAsync();
        Assert.IsNotNull(best.Model);
        Assert.HasCount(6, multi.Result!.Trials);
    }

    private MultiTaskExperiment Experiment(IDataView train, IDataView? validation,
        Action<MultiTaskSweep.Options>? configure = null) => _context.Auto().CreateExperiment()
        .SetMultiTask(train, validation, Sample.Tasks, o =>
        {
            Configure(o);
            configure?.Invoke(o);
        });

    private static void Configure(MultiTaskSweep.Options options)
    {
        options.Seed = 5;
        options.Training = Sample.Training with { MaxEpochs = 15 };
        options.Budget = new SweepBudget { MaxTrials = 6, Folds = 2, AffinityMethod = "label-correlation" };
    }

    private sealed class Failing : Learners.IGroupLearner
    {
        public string Name => "failing";

        public string Settings => "";

        public Learners.GroupFit Fit(TaskTable table, RowSplit split, IReadOnlyList<int> tasks,
            Learners.LearnerRun run) =>
            throw new IOException("disk of glass");
    }
}
