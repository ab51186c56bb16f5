namespace MLNet.MultiTask.Tests.Search;

[TestClass]
public sealed class SweepHistoryTests
{
    private static readonly TrainingOptions Small = new() { Hidden = [4], MaxEpochs = 4, LearningRate = 0.01f };
    private static readonly TaskTable Table = Training.Problems.Mixed(100, 4, 0.1, 3,
        new TaskInfo("a", TaskKind.Binary), new TaskInfo("b", TaskKind.Regression), new TaskInfo("c", TaskKind.Binary));

    private readonly string _file = Path.Combine(Path.GetTempPath(), $"sweep-{Guid.NewGuid():N}.jsonl");

    [TestCleanup]
    public void Clean() => File.Delete(_file);

    [TestMethod]
    public void Run_AfterAnInterruption_GoesOnToTheSameBits()
    {
        SweepResult whole = GroupingSweep.Run(Table, Options(5));
        GroupingSweep.Run(Table, Options(2) with { HistoryFile = _file });
        string[] before = File.ReadAllLines(_file);
        Assert.IsGreaterThan(3, before.Length, "the best were not measured again");
        // What a kill in the middle of a line leaves.
        File.AppendAllText(_file, "{\"trial\":3,\"group");
        var learner = new CountedLearner(Small);
        SweepResult resumed = GroupingSweep.Run(Table, Options(5, learner) with { HistoryFile = _file });
        CollectionAssert.AreEqual(GroupingSweepTests.Texts(whole), GroupingSweepTests.Texts(resumed));
        CollectionAssert.AreEqual(before, File.ReadAllLines(_file)[..before.Length]);
        Assert.AreEqual(5, File.ReadAllLines(_file).Count(l => l.StartsWith("{\"trial\":", StringComparison.Ordinal)));
        float[] features = Table.FeatureRow(7).ToArray(), expected = new float[3], actual = new float[3];
        whole.Model.Score(features, 1, expected);
        resumed.Model.Score(features, 1, actual);
        CollectionAssert.AreEqual(expected, actual);
    }

    [TestMethod]
    public void Run_FinishedHistory_TrainsTheChoiceOnly()
    {
        SweepResult first = GroupingSweep.Run(Table, Options(4) with { HistoryFile = _file });
        var learner = new CountedLearner(Small);
        SweepResult again = GroupingSweep.Run(Table, Options(4, learner) with { HistoryFile = _file });
        Assert.AreEqual(again.Best.Point.Grouping.Count, learner.Fits);
        CollectionAssert.AreEqual(GroupingSweepTests.Texts(first), GroupingSweepTests.Texts(again));
    }

    [TestMethod]
    public void Run_OtherSweepsHistory_IsRefusedNamingWhatDiffers()
    {
        GroupingSweep.Run(Table, Options(2) with { HistoryFile = _file });
        string before = File.ReadAllText(_file);
        var e = Assert.ThrowsExactly<FormatException>(() =>
            GroupingSweep.Run(Table, Options(2) with { HistoryFile = _file, Seed = 8 }));
        StringAssert.Contains(e.Message, "it has 'seed 1, 2 folds', this sweep 'seed 8, 2 folds'");
        Assert.AreEqual(before, File.ReadAllText(_file));
    }

    [TestMethod]
    public void Run_OtherOptionsOfALearner_AreNamedAlone()
    {
        GroupingSweep.Run(Table, Options(2) with { HistoryFile = _file });
        File.AppendAllText(_file, "{\"trial\":3,\"gro");
        string before = File.ReadAllText(_file);
        var e = Assert.ThrowsExactly<FormatException>(() => GroupingSweep.Run(Table,
            Options(2, new CountedLearner(Small with { LearningRate = 0.02f })) with { HistoryFile = _file }));
        StringAssert.Contains(e.Message, "is of another sweep: it has 'learner network: learning rate 0.01 " +
            "(Constant)', this sweep 'learner network: learning rate 0.02 (Constant)'; name another file");
        Assert.AreEqual(before, File.ReadAllText(_file), "a refused file stays as it was");
    }

    [TestMethod]
    [DataRow("name,age\n1,2\n")]
    [DataRow("{\"a\":1}\n")]
    [DataRow("anything at all")]
    public void Run_FileOfAnotherKind_IsRefusedUntouched(string content)
    {
        File.WriteAllText(_file, content);
        var e = Assert.ThrowsExactly<FormatException>(() =>
            GroupingSweep.Run(Table, Options(2) with { HistoryFile = _file }));
        StringAssert.Contains(e.Message, _file);
        Assert.AreEqual(content, File.ReadAllText(_file));
    }

    [TestMethod]
    public void Run_DamagedLine_IsRefusedByItsNumber()
    {
        GroupingSweep.Run(Table, Options(2) with { HistoryFile = _file });
        string[] lines = File.ReadAllLines(_file);
        lines[1] = lines[1].Replace("\"grouping\":\"0|1|2\"", "\"grouping\":\"0|2\"", StringComparison.Ordinal);
        File.WriteAllLines(_file, lines);
        var e = Assert.ThrowsExactly<FormatException>(() =>
            GroupingSweep.Run(Table, Options(2) with { HistoryFile = _file }));
        StringAssert.Contains(e.Message, "line 2");
    }

    [TestMethod]
    public void Run_HistoryInUse_IsRefused()
    {
        using FileStream other = new(_file, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        var e = Assert.ThrowsExactly<IOException>(() =>
            GroupingSweep.Run(Table, Options(2) with { HistoryFile = _file }));
        StringAssert.Contains(e.Message, "is in use by another sweep");
    }

    [TestMethod]
    public void Run_TornFirstLine_BeginsAnew()
    {
        File.WriteAllText(_file, "{\"sweepHistory\":1,\"fing");
        SweepResult result = GroupingSweep.Run(Table, Options(2) with { HistoryFile = _file });
        Assert.HasCount(2, result.Trials);
        Assert.AreEqual(2, File.ReadAllLines(_file).Count(l => l.StartsWith("{\"trial\":", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Run_AKillWhileTheBestAreMeasuredAgain_GoesOnToTheSameChoice()
    {
        SweepResult whole = GroupingSweep.Run(Table, Options(4) with { HistoryFile = _file });
        string[] lines = File.ReadAllLines(_file);
        int trials = lines.Count(l => l.StartsWith("{\"trial\":", StringComparison.Ordinal)),
            made = lines.Length - 1 - trials;
        Assert.IsGreaterThan(3, made);
        File.WriteAllLines(_file, lines[..^2]);
        var learner = new CountedLearner(Small);
        SweepResult resumed = GroupingSweep.Run(Table, Options(4, learner) with { HistoryFile = _file });
        Assert.AreEqual(whole.Best.Point, resumed.Best.Point);
        CollectionAssert.AreEqual(whole.Trials.SelectMany(t => t.Confirmations).SelectMany(l => l).ToArray(),
            resumed.Trials.SelectMany(t => t.Confirmations).SelectMany(l => l).ToArray());
        // Two lines were lost: at most their groups, and the choice, are trained.
        Assert.IsLessThanOrEqualTo(2 * 3 + resumed.Best.Point.Grouping.Count, learner.Fits);
        CollectionAssert.AreEqual(lines.Select(WithoutTime).ToArray(),
            File.ReadAllLines(_file).Select(WithoutTime).ToArray());

        static string WithoutTime(string line) =>
            System.Text.RegularExpressions.Regex.Replace(line, "\"seconds\":[^,]*", "");
    }

    private static SweepOptions Options(int trials, CountedLearner? learner = null) =>
        GroupingSweepTests.Options(learner ?? new CountedLearner(Small)) with { MaxTrials = trials };
}
