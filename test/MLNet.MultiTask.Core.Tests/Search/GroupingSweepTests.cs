using System.Diagnostics;
using MLNet.MultiTask.Tests.Training;

namespace MLNet.MultiTask.Tests.Search;

[TestClass]
public sealed class GroupingSweepTests
{
    private static readonly TrainingOptions Small = new() { Hidden = [4], MaxEpochs = 4, LearningRate = 0.01f };
    private static readonly TaskTable Table = Problems.Mixed(120, 4, 0.1, 2, new TaskInfo("a", TaskKind.Binary),
        new TaskInfo("b", TaskKind.Regression), new TaskInfo("c", TaskKind.Binary),
        new TaskInfo("d", TaskKind.Regression));

    [TestMethod]
    public void Run_EqualGroups_AreTrainedOnce()
    {
        var learner = new CountedLearner(Small);
        SweepResult result = GroupingSweep.Run(Table, Options(learner) with
        {
            MaxTrials = 15, StopLosers = false, Confirm = false,
        });
        Assert.HasCount(15, result.Trials);
        // 15 partitions of 4 tasks hold 15 different groups, each in 2 folds; then the choice once more.
        Assert.AreEqual(15 * 2 + result.Best.Point.Grouping.Count, learner.Fits);
        Assert.AreEqual(30, result.GroupsTrained);
        Assert.AreEqual(result.Trials.Sum(t => 2 * t.Point.Grouping.Count), result.GroupsAsked);
        Assert.AreEqual(result.GroupsAsked - 30, result.Trials.Sum(t => t.Reused));
    }

    [TestMethod]
    public void Run_WholeSpace_StopsWithTheReason()
    {
        SweepResult result = GroupingSweep.Run(Table, Options(new CountedLearner(Small)) with { MaxTrials = 100 });
        Assert.AreEqual(SweepStopReason.SpaceExhausted, result.StopReason);
        Assert.HasCount(15, result.Trials);
    }

    [TestMethod]
    public void Run_Losses_AreThoseOfTheModelsOnRowsHeldOut()
    {
        SweepOptions options = Options(new CountedLearner(Small)) with { MaxTrials = 1, Refit = false };
        SweepResult result = GroupingSweep.Run(Table, options);
        RowSplit outer = new RowSplitter { Seed = options.Seed }.Folds(Table, 5)[0];
        for (int t = 0; t < 4; t++)
        {
            int task = t;
            float[] scores = Scores(result.Model, outer.Validation);
            int[] rows = [.. Enumerable.Range(0, outer.Validation.Length)
                .Where(i => Table.IsObserved(outer.Validation[i], task))];
            double[] weights = [.. rows.Select(i => (double)Table.Weight(outer.Validation[i], task))];
            double[] labels = [.. rows.Select(i => (double)Table.Label(outer.Validation[i], task))];
            int[] fit = [.. outer.Train.Where(r => Table.IsObserved(r, task))];
            double constant = fit.Sum(r => (double)Table.Weight(r, task) * Table.Label(r, task))
                / fit.Sum(r => (double)Table.Weight(r, task));
            double own = Mean(rows.Select((i, k) => weights[k] * Loss(labels[k], scores[i * 4 + task])));
            double trivial = Mean(rows.Select((_, k) => weights[k] * Loss(labels[k], constant)));
            double ratio = own / trivial;
            Assert.AreEqual(Table.Tasks[t].Kind == TaskKind.Regression ? Math.Sqrt(ratio) : ratio,
                result.Trials[0].Losses[0][t], 1e-9);

            double Loss(double label, double score) => Table.Tasks[task].Kind == TaskKind.Regression
                ? (label - score) * (label - score) : -Math.Log(label == 1 ? score : 1 - score);

            double Mean(IEnumerable<double> values) => values.Sum() / weights.Sum();
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Run_AnyThreads_SameTrialsAndModel(int threads)
    {
        SweepResult expected = GroupingSweep.Run(Table, Options(new CountedLearner(Small)) with { MaxTrials = 9 });
        SweepResult result = GroupingSweep.Run(Table, Options(new CountedLearner(Small)) with
        {
            MaxTrials = 9, Threads = threads,
        });
        CollectionAssert.AreEqual(Texts(expected), Texts(result));
        CollectionAssert.AreEqual(Scores(expected.Model, [0, 1, 2]), Scores(result.Model, [0, 1, 2]));
    }

    [TestMethod]
    public void Run_FailingGroup_IsKeptAndEndsNothing()
    {
        var learner = new CountedLearner(Small, tasks => tasks.Count == 1 ? new IOException("disk of glass") : null);
        SweepResult result = GroupingSweep.Run(Table, Options(learner) with { MaxTrials = 8 });
        Assert.HasCount(8, result.Trials);
        Assert.AreEqual(SweepTrialStatus.Failed, result.Trials[0].Status);
        Assert.AreEqual("IOException: disk of glass", result.Trials[0].Error);
        Assert.IsTrue(double.IsNaN(result.Trials[0].Loss));
        Assert.IsTrue(result.Best.Point.Grouping.Groups.All(g => g.Members.Count > 1));
    }

    [TestMethod]
    public void Run_NothingSucceeds_SaysCountsAndTheFirstError()
    {
        var learner = new CountedLearner(Small, _ => new IOException("disk of glass"));
        var e = Assert.ThrowsExactly<InvalidOperationException>(() =>
            GroupingSweep.Run(Table, Options(learner) with { MaxTrials = 3 }));
        StringAssert.Contains(e.Message, "No trial of the sweep succeeded: 3 ended, 3 of them failed");
        StringAssert.Contains(e.Message, "trial 1 (0|1|2|3 network): IOException: disk of glass");
    }

    [TestMethod]
    public void Run_TimeBudget_IsKept()
    {
        var learner = new CountedLearner(Small, delay: 50);
        long started = Stopwatch.GetTimestamp();
        SweepResult result = GroupingSweep.Run(Table, Options(learner) with
        {
            MaxTrials = null, MaxTime = TimeSpan.FromSeconds(1.2),
            Learners = [
                new SweepLearner("network", _ => learner, new SweepSetting("x", [.. "abcdefgh".Select(c => $"{c}")]))],
        });
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Assert.AreEqual(SweepStopReason.MaxTime, result.StopReason);
        Assert.IsLessThan(2.2, seconds);
        Assert.IsNotEmpty(result.Trials);
    }

    [TestMethod]
    public void Run_CancelledAfterATrial_ReturnsTheBestSoFar()
    {
        using var source = new CancellationTokenSource();
        SweepResult result = GroupingSweep.Run(Table, Options(new CountedLearner(Small)) with
        {
            Progress = new Told(p => { if (p.Trial.Number == 3) source.Cancel(); }),
        }, source.Token);
        Assert.AreEqual(SweepStopReason.Cancelled, result.StopReason);
        Assert.HasCount(3, result.Trials);
        Assert.IsFalse(result.IsRefitted);
    }

    [TestMethod]
    public void Run_CancelledWithinATraining_EndsAtOnce()
    {
        // Would take hours.
        var endless = new CountedLearner(Small with { MaxEpochs = 100_000_000, MaxSteps = null, Patience = null });
        using var source = new CancellationTokenSource(TimeSpan.FromSeconds(0.3));
        long started = Stopwatch.GetTimestamp();
        Assert.Throws<OperationCanceledException>(() => GroupingSweep.Run(Table, Options(endless), source.Token));
        Assert.IsGreaterThan(0, endless.Fits);
        Assert.IsLessThan(2, Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    [TestMethod]
    public void Run_CancelledBefore_Throws() => Assert.Throws<OperationCanceledException>(() =>
        GroupingSweep.Run(Table, Options(new CountedLearner(Small)), new CancellationToken(canceled: true)));

    [TestMethod]
    public void Run_LosingModels_AreReleasedDuringTheRun()
    {
        var learner = new CountedLearner(Small);
        int alive = 0;
        GroupingSweep.Run(Table, Options(learner) with
        {
            MaxTrials = 14,
            Progress = new Told(p =>
            {
                if (p.Trial.Number < 14)
                    return;
                GC.Collect();
                alive = learner.Models.Count(m => m.IsAlive);
            }),
        });
        // The best trial's models of the first fold, and what the latest frames still hold.
        Assert.IsLessThanOrEqualTo(8, alive);
        Assert.IsGreaterThan(20, learner.Models.Count);
    }

    [TestMethod]
    public void Run_Rungs_GoOnToTheSameBits()
    {
        TrainingOptions training = Small with { MaxEpochs = 12, Patience = null };
        SweepOptions plain = Options(new CountedLearner(training)) with { MaxTrials = 5, StopLosers = false };
        SweepResult expected = GroupingSweep.Run(Table, plain);
        SweepResult result = GroupingSweep.Run(Table, plain with { Rungs = [2, 6] });
        Assert.HasCount(2, result.Trials[0].Rungs);
        CollectionAssert.AreEqual(Texts(expected), Texts(result));
        // Two folds, one group per task, twelve epochs each: nothing was trained twice.
        Assert.AreEqual(expected.Trials[0].Epochs, result.Trials[0].Epochs);
        Assert.AreEqual(2 * 4 * 12, result.Trials[0].Epochs);
    }

    [TestMethod]
    public void Run_ManyLosers_AreStoppedAndNeverChosen()
    {
        var bad = new CountedLearner(Small with { LearningRate = 1e-6f, MaxEpochs = 1 });
        var good = new CountedLearner(Small with { MaxEpochs = 40 });
        SweepResult result = GroupingSweep.Run(Table, Options(good) with
        {
            Folds = 4, MaxTrials = 12,
            Learners = [new SweepLearner("network", s => s["speed"] == "good" ? good : bad,
                new SweepSetting("speed", ["good", "bad"]))],
        });
        SweepTrial[] slow = [.. result.Trials.Where(t => t.Point.Settings["speed"] == "bad")];
        Assert.IsNotEmpty(slow);
        Assert.IsTrue(slow.Any(t => t.Status == SweepTrialStatus.Stopped), "no loser was stopped");
        Assert.AreEqual("good", result.Best.Point.Settings["speed"]);
    }

    [TestMethod]
    public void Run_BadOptions_AreAllNamed()
    {
        var e = Assert.ThrowsExactly<ArgumentException>(() => GroupingSweep.Run(Table,
            Options(new CountedLearner(Small))
            with { MaxTrials = 0, Folds = 0, ValidationFraction = 1, Rungs = [3, 2] }));
        foreach (string fault in new[] { "MaxTrials is 0", "Folds is 0", "ValidationFraction is 1", "Rungs is 3, 2" })
            StringAssert.Contains(e.Message, fault);
    }

    [TestMethod]
    public void Run_Ensemble_ServesEveryTaskAndKeepsOrBettersTheLoss()
    {
        SweepResult result = GroupingSweep.Run(Table, Options(new CountedLearner(Small)) with
        {
            Folds = 3, MaxTrials = 15, StopLosers = false, Ensemble = true,
        });
        CollectionAssert.AreEquivalent(new[] { 0, 1, 2, 3 },
            result.Model.Grouping.Groups.SelectMany(g => g.Served).ToArray());
        Assert.IsTrue(Scores(result.Model, [0, 1]).All(float.IsFinite));
        string note = result.Notes.Single(n => n.Contains("another group that was trained", StringComparison.Ordinal));
        if (result.Model.Grouping.Equals(result.Best.Point.Grouping))
            StringAssert.StartsWith(note, "No task was surely better");
        else
            StringAssert.StartsWith(note,
                $"{result.Model.Grouping.Count} models in place of {result.Best.Point.Grouping.Count}: ");
    }

    internal static SweepOptions Options(CountedLearner learner) => new()
    {
        Learners = [new SweepLearner("network", _ => learner)], Folds = 2, MaxTrials = 10,
    };

    internal static string[] Texts(SweepResult result) => [.. result.Trials.Select(t =>
        $"{t.Point} {t.Status} " +
        $"{string.Join(' ', t.Losses.SelectMany(l => l).Select(l => BitConverter.DoubleToInt64Bits(l)))}")];

    internal static float[] Scores(MultiTaskModel model, int[] rows)
    {
        float[] features = [.. rows.SelectMany(r => Table.FeatureRow(r).ToArray())];
        var scores = new float[rows.Length * model.OutputCount];
        model.Score(features, rows.Length, scores);
        return scores;
    }

    private sealed class Told(Action<SweepProgress> told) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value) => told(value);
    }
}
