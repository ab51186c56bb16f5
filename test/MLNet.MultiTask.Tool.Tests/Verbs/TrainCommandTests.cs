using System.Text.Json;

namespace MLNet.MultiTask.Tool.Tests.Verbs;

[TestClass]
public sealed class TrainCommandTests
{
    [TestMethod]
    public async Task Train_Arms_WritesTheDocumentedKeys()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines());

        ToolRun run = await ToolRun.Of(["train", "--data", file, .. SmallData.Labels, .. SmallData.Quick, "--seed", "7",
            "--arms", "single,all,grouped", "--grouping", "0,1|2", "--json", folder["r.json"]]);

        run.AssertOk();
        JsonElement json = Json(folder["r.json"]);
        Assert.AreEqual(7, json.GetProperty("seed").GetInt32());
        Assert.AreEqual("0,1|2", json.GetProperty("grouping").GetString());
        Assert.AreEqual(16, json.GetProperty("splitCheck").GetString()!.Length);
        foreach (string name in new[] { "single", "all", "grouped" })
        {
            JsonElement arm = json.GetProperty("arms").GetProperty(name);
            Assert.IsTrue(arm.GetProperty("seconds").GetDouble() > 0);
            Assert.AreEqual(name == "single", arm.GetProperty("deltaM").GetDouble() == 0);
            Assert.IsTrue(arm.GetProperty("macro").GetProperty("auc").GetDouble() is > 0 and <= 1);
            JsonElement tasks = arm.GetProperty("perTask");
            CollectionAssert.AreEqual(new[] { "auc", "auprc", "accuracy", "f1", "logloss" },
                Keys(tasks.GetProperty("buys")));
            CollectionAssert.AreEqual(new[] { "rmse", "mae", "r2", "rrmse" }, Keys(tasks.GetProperty("spends")));
            CollectionAssert.AreEqual(new[] { "accuracy", "f1", "logloss", "auc_rest" },
                Keys(tasks.GetProperty("grade")));
        }
    }

    [TestMethod]
    public async Task Train_OneAndTwoThreads_WriteTheSameBytes()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines());
        foreach (string threads in new[] { "1", "2" })
        {
            ToolRun run = await ToolRun.Of(["train", "--data", file, .. SmallData.Labels, .. SmallData.Quick,
                "--grouping", "0,1|2", "--arms", "single,grouped", "--threads", threads, "--no-timings",
                "--json", folder[$"{threads}.json"], "--out", folder[$"{threads}.mtsk"]]);
            run.AssertOk();
        }
        CollectionAssert.AreEqual(File.ReadAllBytes(folder["1.json"]), File.ReadAllBytes(folder["2.json"]));
        CollectionAssert.AreEqual(File.ReadAllBytes(folder["1.mtsk"]), File.ReadAllBytes(folder["2.mtsk"]));
        Assert.IsFalse(File.ReadAllText(folder["1.json"]).Contains("seconds", StringComparison.Ordinal));
    }

    [TestMethod]
    public async Task Train_AutoGrouping_TriesSingleAndAllAndDoesNotDependOnThreads()
    {
        using var folder = new TemporaryFolder();
        foreach (string threads in new[] { "1", "2" })
            (await ToolRun.Of("train", "--manifest", Repository.Shared("data", "manifest.json"), "--name", "emotions",
                "--epochs", "10", "--trials", "7", "--runs", "2", "--threads", threads, "--no-timings",
                "--json", folder[$"{threads}.json"], "--out", folder[$"{threads}.mtsk"])).AssertOk();

        JsonElement json = Json(folder["1.json"]);
        JsonElement[] search = [.. json.GetProperty("search").EnumerateArray()];
        string[] groupings = [.. search.Select(c => c.GetProperty("grouping").GetString()!)];
        CollectionAssert.Contains(groupings, "0|1|2|3|4|5");
        CollectionAssert.Contains(groupings, "0,1,2,3,4,5");
        Assert.IsTrue(groupings.Length >= 4);
        Assert.HasCount(7, groupings.Distinct());
        // Nothing is chosen that has more networks than the best, or that has as many and a lower score.
        JsonElement best = search.MaxBy(c => c.GetProperty("score").GetDouble());
        JsonElement chosen = search.Single(
            c => c.GetProperty("grouping").GetString() == json.GetProperty("grouping").GetString());
        Assert.IsLessThanOrEqualTo(Networks(best), Networks(chosen));
        Assert.AreEqual(chosen.GetProperty("score").GetDouble(), search.Where(c => Networks(c) == Networks(chosen)
            && c.GetProperty("status").GetString() == "Completed").Max(c => c.GetProperty("score").GetDouble()));
        CollectionAssert.AreEqual(File.ReadAllBytes(folder["1.json"]), File.ReadAllBytes(folder["2.json"]));
        CollectionAssert.AreEqual(File.ReadAllBytes(folder["1.mtsk"]), File.ReadAllBytes(folder["2.mtsk"]));
    }

    [TestMethod]
    public async Task Train_AutoGroupingWithHelpers_TriesCoversAndServesEveryTaskOnce()
    {
        using var folder = new TemporaryFolder();
        (await ToolRun.Of(["train", "--data", folder.Write("d.csv", SmallData.Lines()), .. SmallData.Labels,
            .. SmallData.Quick, "--method", "label-correlation", "--runs", "1", "--trials", "9", "--helpers",
            "--json", folder["r.json"], "--out", folder["m.mtsk"]])).AssertOk();
        TaskGrouping[] tried = [.. Json(folder["r.json"]).GetProperty("search").EnumerateArray()
            .Select(c => TaskGrouping.Parse(c.GetProperty("grouping").GetString()!))];
        Assert.IsTrue(tried.Any(g => g.Groups.Any(m => m.Helpers.Count > 0)), string.Join(' ', (object[])tried));
        (await ToolRun.Of("predict", "--model", folder["m.mtsk"], "--data", folder["d.csv"], "--out",
            folder["scores.csv"])).AssertOk();
    }

    private static int Networks(JsonElement candidate) =>
        TaskGrouping.Parse(candidate.GetProperty("grouping").GetString()!).Count;

    [TestMethod]
    [DataRow(1, "0")]
    [DataRow(2, null)]
    public async Task Train_AutoGroupingOfFewTasks_NeedsNoAffinity(int tasks, string? grouping)
    {
        using var folder = new TemporaryFolder();
        string[] labels = ["buys", "spends"], kinds = ["binary", "regression"];

        ToolRun run = await ToolRun.Of(["train", "--data", folder.Write("d.csv", SmallData.Lines()), "--label",
            .. labels[..tasks],
            "--kind", .. kinds[..tasks], "--ignore", "id", .. SmallData.Quick, "--json", folder["r.json"]]);

        run.AssertOk();
        Assert.IsFalse(run.Error.Contains("affinity", StringComparison.Ordinal), run.Error);
        Assert.AreEqual(tasks, Json(folder["r.json"]).GetProperty("search").GetArrayLength());
        if (grouping is not null)
            Assert.AreEqual(grouping, Json(folder["r.json"]).GetProperty("grouping").GetString());
    }

    [TestMethod]
    public async Task Train_AutoGroupingOfSevenRows_SearchesWithoutAffinity()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", "a,y,z,w", "1,0,1,3", "2,1,0,2", "3,0,0,1", "4,1,1,5", "5,0,1,2", "6,1,0,1",
            "7,0,1,9");

        ToolRun run = await ToolRun.Of(["train", "--data", file, "--label", "y", "z", "w", "--kind", "binary", "binary",
            "regression", .. SmallData.Quick, "--json", folder["r.json"]]);

        run.AssertOk();
        StringAssert.Contains(run.Error, "Note: The search began without an affinity");
        // All partitions of three tasks.
        Assert.AreEqual(5, Json(folder["r.json"]).GetProperty("search").GetArrayLength());
    }

    [TestMethod]
    public async Task Train_Cancelled_StopsAndWritesNothing()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines());
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        ToolRun run = await ToolRun.Of(stop.Token, ["train", "--data", file, .. SmallData.Labels, "--grouping", "all",
            "--out", folder["m.mtsk"]]);

        Assert.AreEqual(ExitCode.Cancelled, run.ExitCode, run.Error);
        CollectionAssert.AreEqual(new[] { "d.csv" }, folder.Files);
    }

    [TestMethod]
    public async Task Train_TaskIdColumn_LearnsOneTaskPerId()
    {
        using var folder = new TemporaryFolder();
        string[] lines = SmallData.Lines(90);
        string file = folder.Write("d.csv", [lines[0] + ",site",
            .. lines[1..].Select((l, i) => $"{l},{(i % 3) switch { 0 => "10", 1 => "9", _ => "b" }}")]);

        ToolRun run = await ToolRun.Of(["train", "--data", file, "--label", "spends", "--kind", "regression",
            "--task-id", "site",
            "--ignore", "id", "buys", "grade", "w", .. SmallData.Quick, "--grouping", "0,2|1", "--json",
                folder["r.json"]]);

        run.AssertOk();
        CollectionAssert.AreEqual(new[] { "9", "10", "b" },
            Json(folder["r.json"]).GetProperty("tasks").EnumerateArray().Select(t => t.GetString()).ToArray());
    }

    [TestMethod]
    public async Task Train_MissingLabelsAndFeatures_LeavesOutCellsNotRows()
    {
        using var folder = new TemporaryFolder();
        string[] lines = [.. SmallData.Lines().Select((line, i) =>
        {
            string[] cells = line.Split(',');
            if (i > 0 && i % 2 == 0)
                cells[4] = "";
            if (i > 0 && i % 3 == 0)
                cells[1] = cells[3] = "";
            return string.Join(',', cells);
        })];

        ToolRun run = await ToolRun.Of(["train", "--data", folder.Write("d.csv", lines), .. SmallData.Labels,
            .. SmallData.Quick, "--grouping", "all", "--json", folder["r.json"]]);

        run.AssertOk();
        JsonElement counts = Json(folder["r.json"]).GetProperty("testLabels");
        Assert.AreEqual(12, counts.GetProperty("spends").GetInt32());
        Assert.IsTrue(counts.GetProperty("buys").GetInt32() is > 0 and < 12);
    }

    private static JsonElement Json(string path) => JsonDocument.Parse(File.ReadAllText(path)).RootElement;

    private static string[] Keys(JsonElement json) => [.. json.EnumerateObject().Select(p => p.Name)];
}
