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
        StringAssert.Contains(learner.Create(new Dictionary<string, string> { ["weighting"] = "cagrad(c=0.4)" }).Settings,
            "weighting cagrad(c=0.4), every 1 steps");
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
