using MLNet.MultiTask.Tests.Training;

namespace MLNet.MultiTask.Tests.Search;

[TestClass]
public sealed class TrialExecutorTests
{
    private static readonly TrainingOptions Small = new() { Hidden = [4], MaxEpochs = 3, LearningRate = 0.01f };
    private static readonly TaskTable Table = Problems.Mixed(120, 4, 0.1, 2, new TaskInfo("a", TaskKind.Binary),
        new TaskInfo("b", TaskKind.Regression), new TaskInfo("c", TaskKind.Binary),
        new TaskInfo("d", TaskKind.Regression));

    [TestMethod]
    public void Run_TrialsInAnyOrder_ComesToTheTrialsOfOneProcess()
    {
        SweepResult here = GroupingSweep.Run(Table, Options());
        foreach (int seed in new[] { 1, 2 })
        {
            var executor = new ShuffledExecutor(seed);
            SweepResult elsewhere = GroupingSweep.Run(Table, Options() with { Executor = executor });
            Assert.IsGreaterThan(1, executor.MostAtOnce);
            Assert.AreEqual(here.Best.Number, elsewhere.Best.Number);
            CollectionAssert.AreEqual(Lines(here), Lines(elsewhere));
            CollectionAssert.AreEqual(Scores(here), Scores(elsewhere));
        }
    }

    [TestMethod]
    public void Run_FewerOutstanding_ProposesNoLess()
    {
        SweepResult one = GroupingSweep.Run(Table, Options() with { Outstanding = 1, MaxTrials = 100 });
        SweepResult five = GroupingSweep.Run(Table, Options() with { MaxTrials = 100 });
        Assert.AreEqual(SweepStopReason.SpaceExhausted, five.StopReason);
        CollectionAssert.AreEquivalent(Points(one), Points(five));
    }

    [TestMethod]
    public void Run_HistoryOfAnInterruptedSweep_GoesOnToTheSameTrials()
    {
        string history = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.jsonl");
        try
        {
            int left = 50;
            var dying = new ShuffledExecutor(3)
            {
                Instead = _ => Interlocked.Decrement(ref left) > 0 ? null
                    : throw new TrialExecutorException("The server is gone"),
            };
            Assert.AreEqual("The server is gone", Assert.ThrowsExactly<TrialExecutorException>(() => GroupingSweep.Run(
                Table, Options() with { Executor = dying, HistoryFile = history })).Message);
            Assert.IsGreaterThan(1, File.ReadAllLines(history).Length);
            SweepResult resumed = GroupingSweep.Run(Table,
                Options() with { Executor = new ShuffledExecutor(4), HistoryFile = history });
            CollectionAssert.AreEqual(Lines(GroupingSweep.Run(Table, Options())), Lines(resumed));
        }
        finally
        {
            File.Delete(history);
        }
    }

    [TestMethod]
    public void Run_ErrorElsewhere_FailsTheTrialInItsWords()
    {
        var executor = new ShuffledExecutor(5)
        {
            Instead = t => t.Tasks.Count == 1 && t.Tasks[0] == 2
                ? new GroupOutcome { Error = "Boom: lost 3 times" } : null,
        };
        SweepResult result = GroupingSweep.Run(Table, Options() with { Executor = executor });
        SweepTrial[] failed = [.. result.Trials.Where(t => t.Status == SweepTrialStatus.Failed)];
        Assert.AreEqual("Boom: lost 3 times", failed[0].Error);
        Assert.IsTrue(failed.All(t => t.Point.Grouping.Groups.Any(g => g.Members is [2])));
        Assert.IsGreaterThan(failed.Length, result.Trials.Count);
    }

    [TestMethod]
    public void Run_Cancelled_ReturnsTheBestSoFar()
    {
        using var source = new CancellationTokenSource();
        SweepResult result = GroupingSweep.Run(Table, Options() with
        {
            Executor = new ShuffledExecutor(6), Progress = new Listener(p =>
            {
                if (p.Trial.Number == 3)
                    source.Cancel();
            }),
        }, source.Token);
        Assert.AreEqual(SweepStopReason.Cancelled, result.StopReason);
        Assert.IsLessThan(12, result.Trials.Count);
    }

    [TestMethod]
    public void Validate_RungsWithAnExecutor_AreRefused() =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(
        () => (Options() with { Executor = new ShuffledExecutor(1), Rungs = [2], Outstanding = 0 }).Validate()).Message,
        "Outstanding is 0, at least 1 is expected; Rungs is not empty, which needs checkpoints that stay in this " +
        "process");

    private static SweepOptions Options() => new()
    {
        Learners = [NetworkSweep.Learner(Small)], MaxTrials = 12, Folds = 3, Outstanding = 5,
    };

    private static string[] Points(SweepResult result) => [.. result.Trials.Select(t => t.Point.ToString())];

    private static string[] Lines(SweepResult result) => [.. result.Trials.Select(t => FormattableString.Invariant(
        $"{t.Number} {t.Point} {t.Status} {t.Epochs} {t.Reused} ") + string.Join(' ', t.Losses.SelectMany(l => l)))];

    private static float[] Scores(SweepResult result)
    {
        var scores = new float[Table.RowCount * result.Model.OutputCount];
        var features = new float[Table.RowCount * Table.FeatureCount];
        Table.Features.CopyRows([.. Enumerable.Range(0, Table.RowCount)], features);
        result.Model.Score(features, Table.RowCount, scores);
        return scores;
    }

    private sealed class Listener(Action<SweepProgress> told) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value) => told(value);
    }
}
