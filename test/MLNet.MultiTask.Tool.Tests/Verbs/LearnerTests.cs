using System.Text.Json;
using MLNet.MultiTask.Tool.Learners;

namespace MLNet.MultiTask.Tool.Tests.Verbs;

/// <summary><c>--learner</c>, and arms with a learner after the colon.</summary>
[TestClass]
public sealed class LearnerTests
{
    public static IEnumerable<object[]> Names => ToolLearner.All.Where(l => l.Name != "shared-bottom")
        .Select(l => new object[] { l.Name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public async Task Train_AnyLearner_BeatsTheConstantAndPredictsFromItsFile(string learner)
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines(150));

        (await ToolRun.Of(["train", "--data", file, .. SmallData.Labels, "--learner", learner, "--grouping", "0,1|2",
            "--json", folder["r.json"], "--out", folder["m.mtsk"]])).AssertOk();

        JsonElement json = Json(folder["r.json"]), arm = json.GetProperty("arms").GetProperty("grouped");
        Assert.AreEqual(learner, arm.GetProperty("learner").GetString());
        Assert.AreEqual("0,1|2", arm.GetProperty("grouping").GetString());
        Assert.IsGreaterThan(0.9, arm.GetProperty("perTask").GetProperty("buys").GetProperty("auc").GetDouble());
        Assert.IsLessThan(0.6, arm.GetProperty("perTask").GetProperty("spends").GetProperty("rrmse").GetDouble());
        string[] trust = learner == ToolLearner.PerTask ? ["--trust-microsoft-ml"] : [];
        (await ToolRun.Of(["evaluate", "--data", file, "--model", folder["m.mtsk"], .. trust, "--part", "test",
            "--json", folder["e.json"]])).AssertOk();
        Assert.AreEqual(arm.GetProperty("perTask").GetProperty("grade").GetProperty("logloss").GetDouble(),
            Json(folder["e.json"]).GetProperty("perTask").GetProperty("grade").GetProperty("logloss")
            .GetDouble(), 1e-6);
        ToolRun export = await ToolRun.Of(
            ["export", "--model", folder["m.mtsk"], .. trust, "--onnx", folder["m.onnx"]]);
        if (learner == ToolLearner.PerTask)
            export.AssertBadInput("there is no exporter for group models of kind 'microsoft-ml'");
        else
            export.AssertOk();
    }

    [TestMethod]
    [DataRow("--grouping all")]
    [DataRow("")]
    public async Task Train_TreeGiven_IsTheOneOfTheModel(string grouping)
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines(100));
        string[] arguments = ["train", "--data", file, .. SmallData.Labels, "--learner", "task-tree",
            .. grouping.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--hidden", "8,4", "--epochs", "3"];
        (await ToolRun.Of([.. arguments, "--tree", "0,1,2/0,2|1", "--out", folder["m.mtsk"]])).AssertOk();
        StringAssert.Contains(File.ReadAllText(folder["m.mtsk"]), "\"0,1,2/0,2|1\"", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Train_ArmsOfSeveralLearners_WritesEachUnderItsText()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines(200));

        (await ToolRun.Of(["train", "--data", file, .. SmallData.Labels, "--grouping", "all", "--learner", "linear",
            "--arms", "grouped,all:trees,single:per-task-lightgbm", "--json", folder["r.json"]])).AssertOk();

        JsonElement arms = Json(folder["r.json"]).GetProperty("arms");
        CollectionAssert.AreEqual(new[]
            { "grouped linear", "all:trees trees", "single:per-task-lightgbm per-task-lightgbm" },
            arms.EnumerateObject().Select(a => $"{a.Name} {a.Value.GetProperty("learner").GetString()}").ToArray());
        Assert.AreEqual(0, arms.GetProperty("single:per-task-lightgbm").GetProperty("deltaM").GetDouble());
    }

    [TestMethod]
    public async Task Predict_LightGbmWithoutTrust_SaysWhichOption()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines(200));
        (await ToolRun.Of(["train", "--data", file, .. SmallData.Labels, "--learner", "per-task-lightgbm",
            "--out", folder["m.mtsk"]])).AssertOk();
        (await ToolRun.Of("predict", "--data", file, "--model", folder["m.mtsk"], "--out", folder["p.csv"]))
            .AssertBadInput("give --trust-microsoft-ml");
    }

    [TestMethod]
    public async Task Sweep_FurtherLearners_TriesThem()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines(200));
        (await ToolRun.Of(["sweep", "--data", file, .. SmallData.Labels, .. SmallData.Quick, "--learners", "linear",
            "trees", "--trials", "12", "--folds", "1", "--method", "none", "--out", folder["found"]])).AssertOk();
        string history = File.ReadAllText(Path.Combine(folder["found"], "history.jsonl"));
        StringAssert.Contains(history, "\"linear\"", StringComparison.Ordinal);
        StringAssert.Contains(history, "\"trees\"", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("--learner trees --grouping all --epochs 3 --dropout 0.1",
        "--epochs, --dropout are for shared-bottom networks; --arms grouped with --learner trees trains none")]
    [DataRow("--learner trees --members 4", "--members is for tabular networks; --arms grouped trains none: add " +
        "--learner tabular")]
    [DataRow("--learner tabular --members 40 --grouping all", "--members must be from 1 to 32")]
    [DataRow("--arms all:forest", "--arms names the learner 'forest'; shared-bottom, task-tree, tabular, trees, " +
        "linear, per-task-lightgbm, ensemble are possible")]
    [DataRow("--arms all:trees:tabular", "--arms names 'all:trees:tabular'")]
    [DataRow("--arms all,all:shared-bottom", "names a model twice")]
    [DataRow("--learner linear --grouping all --checkpoint c",
        "the learner 'linear' keeps none; shared-bottom, task-tree, tabular")]
    [DataRow("--tree 0,1,2", "--tree is for --learner task-tree; the learner is shared-bottom")]
    [DataRow("--learner task-tree --tree 0|1,2/0,1,2", "joins tasks 0 and 1, which level 0 has separated")]
    [DataRow("--learner task-tree --grouping all --tree 0,1,2",
        "--tree is 0,1,2, but must be 2 levels, one per hidden layer")]
    [DataRow("--learner task-tree --grouping all --tree 0,1/0|1", "over 2 tasks; the table has 3")]
    [DataRow("--learner task-tree --tree 0,1,2", "--tree is 0,1,2, but must be 2 levels, one per hidden layer")]
    [DataRow("--learner task-tree --tree 0,1/0|1", "over 2 tasks; the table has 3")]
    [DataRow("--learner task-tree --linear-skip", "--linear-skip is given, but must be left out")]
    [DataRow("--learner per-task-lightgbm --trials 3", "--trials is for --grouping auto")]
    public async Task Train_OptionsThatDoNotFit_SaysWhy(string options, string message)
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines());
        (await ToolRun.Of(["train", "--data", file, .. SmallData.Labels, .. options.Split(' ')]))
            .AssertBadInput(message);
    }

    private static JsonElement Json(string file) => JsonDocument.Parse(File.ReadAllText(file)).RootElement;
}
