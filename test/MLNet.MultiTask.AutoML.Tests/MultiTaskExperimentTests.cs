using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.AutoML;

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
