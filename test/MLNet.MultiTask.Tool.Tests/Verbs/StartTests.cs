using System.Text.Json;

namespace MLNet.MultiTask.Tool.Tests.Verbs;

/// <summary><c>train --init</c> and <c>train --folds</c>.</summary>
[TestClass]
public sealed class StartTests
{
    [TestMethod]
    public async Task Train_Init_GoesOnWithGroupsLayersAndColumnsOfTheModel()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines(200));
        (await ToolRun.Of(
            ["train", "--data", file, .. SmallData.Labels, "--hidden", "8", "--epochs", "150", "--grouping",
            "0,2|1", "--out", folder["m.mtsk"]])).AssertOk();
        string[] lines = SmallData.Lines(200);
        string further = folder.Write("e.csv", [lines[0], .. lines[1..].Reverse().Select((l, i) =>
            i < 2 ? l.Replace("red", "pink").Replace("green", "pink").Replace("blue", "pink") : l)]);

        ToolRun fresh = await Further(folder, further, [.. SmallData.Labels, "--hidden", "8", "--grouping", "0,2|1"]);
        ToolRun warm = await Further(folder, further, [.. SmallData.Labels, "--init", folder["m.mtsk"]]);
        fresh.AssertOk();
        warm.AssertOk();
        StringAssert.Contains(warm.Output, "columns are read as the model of --init has learned to",
            StringComparison.Ordinal);
        StringAssert.Contains(warm.Output,
            "Note: 2 of 200 cells of column 'color' hold values that the model does not " +
            "know, such as 'pink'", StringComparison.Ordinal);
        StringAssert.Contains(warm.Output, "groups: buys, grade | spends", StringComparison.Ordinal);
        Assert.IsLessThan(0.6 * Error(fresh), Error(warm));

        double Error(ToolRun run) => JsonDocument.Parse(File.ReadAllText(folder[run == fresh ? "0.json" : "1.json"]))
            .RootElement.GetProperty("arms").GetProperty("grouped").GetProperty("perTask").GetProperty("spends")
            .GetProperty("rmse").GetDouble();
    }

    [TestMethod]
    public async Task Train_InitThatDoesNotFit_NamesAllThatDiffers()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines());
        (await ToolRun.Of(
            ["train", "--data", file, .. SmallData.Labels, .. SmallData.Quick, "--grouping", "all", "--out",
            folder["m.mtsk"]])).AssertOk();
        string[] init = ["train", "--data", file, "--init", folder["m.mtsk"], "--ignore", "id", "w"];

        ToolRun other = await ToolRun.Of([.. init, "--label", "buys", "spends", "--kind", "regression", "regression",
            "--hidden", "4", "--ignore", "grade"]);
        other.AssertBadInput("its --hidden is 8, the options' 4; its task 'buys' is Binary, the data's Regression");
        (await ToolRun.Of([.. init, "--label", "buys", "--kind", "binary", "--ignore", "grade", "spends", "x", "z"]))
            .AssertBadInput("'x', 'z' are named as ignored columns: the model of --init takes features from there. " +
                "Name and ignore columns as in its training, or train without it.");
        string less = folder.Write("e.csv", [.. SmallData.Lines().Select(l => string.Join(',', l.Split(',')[2..]))]);
        (await ToolRun.Of("train", "--data", less, "--init", folder["m.mtsk"], "--label", "buys", "--kind", "binary",
            "--ignore", "grade", "spends", "--weight", "z")).AssertBadInput("e.csv has no column 'x'; 'z' is named " +
                "as weight column: the model of --init takes features from there");
        (await ToolRun.Of([.. init, "--label", "buys", "--kind", "binary", "--layer-norm", "--linear-skip"]))
            .AssertBadInput("its --layer-norm is off, the options' on; its --linear-skip is off, the options' on; " +
                "set what differs");
        (await ToolRun.Of([.. init, "--label", "buys", "--kind", "binary", "--grouping", "auto"]))
            .AssertBadInput("--init goes on with groups as they are");
        (await ToolRun.Of([.. init, "--label", "buys", "--kind", "binary", "--learner", "trees"]))
            .AssertBadInput("--learner trees has none to begin with");
        (await ToolRun.Of([.. init, "--label", "buys", "--kind", "binary", "--categorical", "x"]))
            .AssertBadInput("--categorical and --init exclude one another");
        (await ToolRun.Of([.. init, "--label", "buys", "--kind", "binary", "--out", folder["m.mtsk"]]))
            .AssertBadInput("--init");
    }

    [TestMethod]
    public async Task Train_InitWithOtherWordsForTheSameFeatures_GivesTheSame()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines());
        string[] labels = ["--label", "buys", "spends", "--kind", "binary", "regression", "--no-timings"];
        (await ToolRun.Of(["train", "--data", file, .. labels, "--ignore", "id", "w", "grade", .. SmallData.Quick,
            "--grouping", "all", "--out", folder["m.mtsk"]])).AssertOk();
        string[] results = [.. await Task.WhenAll(new string[][] { ["--ignore", "id", "w", "grade"],
            ["--ignore", "grade", "id"], [] }.Select(async (ignored, i) =>
            {
                (await ToolRun.Of(["train", "--data", file, .. labels, .. ignored, "--init", folder["m.mtsk"],
                    "--epochs", "2", "--json", folder[$"{i}.json"]])).AssertOk();
                return JsonDocument.Parse(File.ReadAllText(folder[$"{i}.json"])).RootElement.GetProperty("arms")
                    .GetRawText();
            }))];
        Assert.AreEqual(results[0], results[1]);
        Assert.AreEqual(results[0], results[2]);
    }

    [TestMethod]
    [DataRow("shared-bottom")]
    [DataRow("ensemble")]
    [DataRow("per-task-lightgbm")]
    public async Task Train_Folds_AveragesAndSaves(string learner)
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines(120));
        string[] options = learner == "per-task-lightgbm" ? [] : ["--grouping", "all", "--epochs", "3"];
        ToolRun run = await ToolRun.Of(["train", "--data", file, .. SmallData.Labels, .. options, "--folds", "3",
            "--learner", learner, "--out", folder["m.mtsk"], "--json", folder["t.json"]]);
        run.AssertOk();
        StringAssert.Contains(run.Error, "Note: The model is the mean of 3 folds", StringComparison.Ordinal);

        ToolRun evaluated = await ToolRun.Of("evaluate", "--model", folder["m.mtsk"], "--data", file, "--json",
            folder["e.json"], "--trust-microsoft-ml");
        evaluated.AssertOk();
        JsonElement trained = JsonDocument.Parse(File.ReadAllText(folder["t.json"])).RootElement,
            scored = JsonDocument.Parse(File.ReadAllText(folder["e.json"])).RootElement;
        Assert.AreEqual(trained.GetProperty("arms").GetProperty("grouped").GetProperty("perTask").GetProperty("buys")
            .GetProperty("auc").GetDouble(), scored.GetProperty("perTask").GetProperty("buys").GetProperty("auc")
            .GetDouble(), 1e-6);
    }

    [TestMethod]
    [DataRow("1", "--folds is 1; 2 to 1000 are expected")]
    [DataRow("90", "90 folds need at least as many rows")]
    public async Task Train_FoldsOutOfRange_AreRefused(string folds, string message)
    {
        using var folder = new TemporaryFolder();
        (await ToolRun.Of(["train", "--data", folder.Write("d.csv", SmallData.Lines(60)), .. SmallData.Labels,
            .. SmallData.Quick, "--grouping", "all", "--folds", folds])).AssertBadInput(message);
    }

    private static Task<ToolRun> Further(TemporaryFolder folder, string file, string[] options) => ToolRun.Of(["train",
        "--data", file, .. options, "--epochs", "1", "--json",
        folder[options.Contains("--init") ? "1.json" : "0.json"]]);
}
