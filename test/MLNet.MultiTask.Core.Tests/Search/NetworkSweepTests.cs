using MLNet.MultiTask.Tests.Training;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Search;

[TestClass]
public class NetworkSweepTests
{
    [TestMethod]
    public void Learner_Weightings_AreASettingWhoseLearnersTrainWithThem()
    {
        SweepLearner learner = NetworkSweep.Learner(new TrainingOptions { Hidden = [8] },
            weightings: ["cagrad(c=0.4)", "dwa"]);
        SweepSetting setting = learner.Settings.Single();
        Assert.AreEqual("weighting", setting.Name);
        CollectionAssert.AreEqual(new[] { "equal", "cagrad(c=0.4)", "dwa" }, setting.Values.ToArray());
        StringAssert.Contains(
            learner.Create(new Dictionary<string, string> { ["weighting"] = "cagrad(c=0.4)" }).Settings,
            "weighting cagrad(c=0.4), every 1 steps");
    }

    [TestMethod]
    [DataRow(null, "patience 30 and 200 steps", true)]
    [DataRow(30, "patience 30 (", false)]
    [DataRow(100, "patience 100 (", false)]
    public void Run_FewRows_TrainsOnUnlessPatienceIsGiven(int? given, string settings, bool isSaid)
    {
        var training = new TrainingOptions { Hidden = [4], MaxEpochs = 40 };
        if (given is not null)
            training = training with { Patience = given };
        SweepLearner learner = NetworkSweep.Learner(training);
        StringAssert.Contains(learner.Create(learner.Usual).Settings, settings);
        SweepResult result = GroupingSweep.Run(Problems.Mixed(120, 4), new SweepOptions
        {
            Learners = [learner], MaxTrials = 1, Folds = 1, Confirm = false,
        });
        Assert.AreEqual(
            isSaid, result.Notes.Any(n => n.StartsWith("Networks train on until 200 epochs in a row bring " +
            "nothing better, not the usual 30, since 200 updates on 77 rows take that long", StringComparison.Ordinal)),
            string.Join("\n", result.Notes));
    }

    [TestMethod]
    public void Tabular_Members_AreASettingWhoseLearnersHaveThem()
    {
        SweepLearner learner = NetworkSweep.Tabular(new TabularOptions { Epochs = 7 }, [4, 1]);
        CollectionAssert.AreEqual(new[] { "1", "4" }, learner.Settings.Single().Values.ToArray());
        string settings = learner.Create(new Dictionary<string, string> { ["members"] = "4" }).Settings;
        StringAssert.Contains(settings, "members 4;");
        StringAssert.Contains(settings, "epochs 7;");
        Assert.IsEmpty(NetworkSweep.Tabular().Settings);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
            NetworkSweep.Tabular(members: [40])).Message, "Members must be from 1 to 32");
    }

    [TestMethod]
    [DataRow("cagrd", "There is no weighting 'cagrd'; there are equal, ")]
    [DataRow("cagrad(c=3)", "C must be at least 0 and less than 1")]
    public void Learner_BadWeighting_IsNamed(string weighting, string expected)
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() =>
            NetworkSweep.Learner(new TrainingOptions(), weightings: [weighting]));
        StringAssert.StartsWith(e.Message, expected);
    }
}
