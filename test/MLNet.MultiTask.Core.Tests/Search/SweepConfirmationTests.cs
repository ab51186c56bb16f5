using MLNet.MultiTask.Search;

namespace MLNet.MultiTask.Tests.Search;

[TestClass]
public sealed class SweepConfirmationTests
{
    private static readonly TrainingOptions Small = new() { Hidden = [4], MaxEpochs = 4, LearningRate = 0.01f };
    private static readonly TaskTable Table =
        Training.Problems.Mixed(120, 4, 0.1, 2, new TaskInfo("a", TaskKind.Binary),
        new TaskInfo("b", TaskKind.Regression), new TaskInfo("c", TaskKind.Binary),
        new TaskInfo("d", TaskKind.Regression));

    [TestMethod]
    public void Choose_LowestByLuck_LosesToWhatIsBetterMeasuredAgain()
    {
        SweepTrial lucky = Trial(1, "0,1|2|3", [0.50, 0.51, 0.50], [0.60, 0.60, 0.60]);
        SweepTrial good = Trial(2, "0,1|2,3", [0.52, 0.52, 0.51], [0.53, 0.54, 0.53]);
        Assert.AreEqual(2, SweepChoice.FewestWithinNoise([lucky, good])!.Number);
        Assert.AreEqual(1, SweepChoice.FewestWithinNoise([lucky with { Confirmations = [] },
            good with { Confirmations = [] }, Trial(3, "0|1|2|3", [0.51, 0.52, 0.51], [])])!.Number);
    }

    [TestMethod]
    public void Choose_WithinTheNoise_TakesFewerModels()
    {
        SweepTrial many = Trial(1, "0|1|2|3", [0.50, 0.52, 0.51], [0.500, 0.520, 0.510]);
        SweepTrial few = Trial(2, "0,1,2,3", [0.51, 0.51, 0.52], [0.502, 0.517, 0.513]);
        Assert.AreEqual(2, SweepChoice.FewestWithinNoise([many, few])!.Number);
        SweepTrial worse = Trial(2, "0,1,2,3", [0.51, 0.51, 0.52], [0.550, 0.571, 0.561]);
        Assert.AreEqual(1, SweepChoice.FewestWithinNoise([many, worse])!.Number);
    }

    [TestMethod]
    public void StandardError_ManyTrials_IsThatOfTheNoise()
    {
        // Losses = a fold's own part, common to all, + noise of deviation 0.02 per fold; tasks are alike.
        var stream = new RandomStream(5, "noise");
        double[] folds = [0.1, 0.4, 0.7];
        SweepTrial[] trials = [.. Enumerable.Range(1, 400).Select(n =>
            Trial(n, "0,1,2,3", [.. folds.Select(f => f + 0.02 * stream.NextNormal())], []))];
        var noise = new ChoiceNoise(trials, trials[0], t => t.Losses);
        // A difference of two trials over three folds: the first trial's own noise is in all of them. The folds'
        // overlap makes the variance larger by 1 + 3 · 1/4.
        double own = Math.Pow(SweepLosses.Error([.. trials[0].Losses.Select((l, f) => l[0] - folds[f])]), 2);
        Assert.AreEqual(Math.Sqrt(1.75 * (0.02 * 0.02 / 3 + own)), noise.StandardError, 0.001);
    }

    [TestMethod]
    public void Contenders_AreTheLowestTheFewestNearAndACorner()
    {
        SweepTrial[] trials =
        [
            Trial(1, "0|1|2|3", [0.90, 0.91, 0.90], []), Trial(2, "0,1,2,3", [0.85, 0.86, 0.85], []),
            Trial(3, "0,1|2|3", [0.50, 0.52, 0.50], []), Trial(4, "0,2|1|3", [0.51, 0.50, 0.52], []),
            Trial(5, "0,3|1|2", [0.52, 0.50, 0.51], []), Trial(6, "0|1|2,3", [0.52, 0.52, 0.50], []),
            Trial(7, "0,1|2,3", [0.52, 0.51, 0.52], []), Trial(8, "0,2|1,3", [0.70, 0.71, 0.70], []),
        ];
        SweepTrial[] contenders = SweepConfirmation.Contenders(trials);
        // Three lowest, the better corner, the fewest models near; trial 8 is far off.
        CollectionAssert.AreEqual(new[] { 2, 3, 4, 5, 6, 7 }, contenders.Select(t => t.Number).ToArray());
    }

    [TestMethod]
    public void Run_Contenders_AreMeasuredOnRowsDividedAnew()
    {
        SweepOptions options = GroupingSweepTests.Options(new CountedLearner(Small)) with { MaxTrials = 8 };
        SweepResult result = GroupingSweep.Run(Table, options);
        SweepTrial[] again = [.. result.Trials.Where(t => t.Confirmations.Count > 0)];
        Assert.IsGreaterThan(1, again.Length);
        Assert.IsTrue(again.All(t => t.Confirmations.Count == 2 && t.Status == SweepTrialStatus.Completed));
        CollectionAssert.Contains(again, result.Best);
        Assert.IsTrue(again.All(t => !t.Confirmations[0].SequenceEqual(t.Losses[0])));
        StringAssert.Contains(string.Join('\n', result.Notes),
            $"among {again.Length} trials measured again in 2 folds");
        SweepFold[] first = SweepFold.Of(Table, options), anew = SweepFold.Anew(Table, options);
        Assert.IsFalse(first[0].Rows.Train.Order().SequenceEqual(anew[0].Rows.Train.Order()));
    }

    [TestMethod]
    public void Run_EpochBudget_HoldsWithTheConfirmation()
    {
        SweepResult result = GroupingSweep.Run(Table, GroupingSweepTests.Options(new CountedLearner(Small with
        {
            Patience = null,
        })) with { MaxTrials = null, MaxEpochs = 100 });
        Assert.AreEqual(SweepStopReason.MaxEpochs, result.StopReason);
        // A trial that has begun is finished: at most four groups of four epochs in two folds.
        Assert.IsLessThanOrEqualTo(80 + 32, (int)result.Trials.Sum(t => t.Epochs));
    }

    [TestMethod]
    public void Run_WithoutConfirmation_TrainsNothingMore()
    {
        SweepResult result = GroupingSweep.Run(Table, GroupingSweepTests.Options(new CountedLearner(Small)) with
        {
            MaxTrials = 8, Confirm = false,
        });
        Assert.IsTrue(result.Trials.All(t => t.Confirmations.Count == 0));
    }

    [TestMethod]
    public void Run_RowsToDivide_LeavesTheOthersAlone()
    {
        int[] rows = [.. Enumerable.Range(0, 80)];
        var labels = (float[])Table.Labels.Clone();
        for (int i = 80 * 4; i < labels.Length; i++)
            labels[i] = 1 - labels[i];
        var changed = new TaskTable(Table.Features, Table.Tasks, labels, Table.Weights);
        SweepOptions options = GroupingSweepTests.Options(new CountedLearner(Small))
            with { MaxTrials = 4, RowsToDivide = rows };
        SweepResult expected = GroupingSweep.Run(Table, options), result = GroupingSweep.Run(changed, options);
        CollectionAssert.AreEqual(GroupingSweepTests.Texts(expected), GroupingSweepTests.Texts(result));
        CollectionAssert.AreEqual(GroupingSweepTests.Scores(expected.Model, [0, 99]),
            GroupingSweepTests.Scores(result.Model, [0, 99]));
    }

    /// <summary>A trial of four tasks that are alike; a loss per fold.</summary>
    private static SweepTrial Trial(int number, string grouping, double[] losses, double[] confirmations) => new()
    {
        Number = number,
        Point = new SweepPoint(TaskGrouping.Parse(grouping), "fake"),
        Status = SweepTrialStatus.Completed,
        Losses = [.. losses.Select(l => Enumerable.Repeat(l, 4).ToArray())],
        Confirmations = [.. confirmations.Select(l => Enumerable.Repeat(l, 4).ToArray())],
    };
}
