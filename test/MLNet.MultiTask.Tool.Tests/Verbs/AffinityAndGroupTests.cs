using System.Text.Json;
using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask.Tool.Tests.Verbs;

[TestClass]
public sealed class AffinityAndGroupTests
{
    private static readonly string[] Matrix = ["a,\"b,c\",d", "0,2,-1", "2,0,-1", "-1,-1,0"];

    [TestMethod]
    public async Task Affinity_ThenGroup_CarriesTheMatrixInBothFormats()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines());

        ToolRun run = await ToolRun.Of(["affinity", "--data", file, .. SmallData.Labels, .. SmallData.Quick,
            "--json", folder["a.json"], "--csv", folder["a.csv"], "--svg", folder["a.svg"]]);

        run.AssertOk();
        JsonElement json = Json(folder["a.json"]);
        CollectionAssert.AreEqual(new[] { "buys", "spends", "grade" }, json.GetProperty("tasks").EnumerateArray()
            .Select(t => t.GetString()).ToArray());
        Assert.AreEqual("Grad-TAG", json.GetProperty("method").GetString());
        Assert.IsTrue(json.GetProperty("seconds").GetDouble() > 0);
        Assert.IsTrue(json.GetProperty("phaseSeconds").GetProperty("probes").GetDouble() > 0);
        StringAssert.Contains(run.Output, "probes", StringComparison.Ordinal);
        Assert.AreEqual(3, json.GetProperty("affinity").GetArrayLength());
        Assert.IsTrue(json.GetProperty("affinity").EnumerateArray().All(row => row.GetArrayLength() == 3));
        StringAssert.StartsWith(File.ReadAllText(folder["a.svg"]), "<svg", StringComparison.Ordinal);
        foreach (string format in new[] { "a.json", "a.csv" })
            (await ToolRun.Of("group", "--affinity", folder[format], "--groups", "2", "--no-timings", "--json",
                folder[format + ".groups"])).AssertOk();
        Assert.AreEqual(File.ReadAllText(folder["a.json.groups"]), File.ReadAllText(folder["a.csv.groups"]));
    }

    [TestMethod]
    public async Task Affinity_PairWithoutCommonRows_IsADashAndNullWithAReason()
    {
        using var folder = new TemporaryFolder();
        string[] lines = ["x,a,b,c", .. Enumerable.Range(0, 60).Select(r =>
            $"{r % 7},{(r % 2 == 0 ? $"{r % 5}" : "")},{(r % 2 == 1 ? $"{r % 3}" : "")},{r % 4}")];
        string said =
            "The affinity of 'a' and 'b' could not be measured: fewer than two training rows hold both labels";

        ToolRun run = await ToolRun.Of("affinity", "--data", folder.Write("d.csv", lines), "--label", "a", "b", "c",
            "--kind", "regression", "--method", "label-correlation", "--json", folder["a.json"], "--csv",
            folder["a.csv"], "--svg", folder["a.svg"]);

        run.AssertOk();
        StringAssert.Contains(run.Error, "Warning: " + said, StringComparison.Ordinal);
        JsonElement json = Json(folder["a.json"]);
        Assert.AreEqual(JsonValueKind.Null, json.GetProperty("affinity")[0][1].ValueKind);
        Assert.AreEqual(JsonValueKind.Null, json.GetProperty("affinity")[1][0].ValueKind);
        Assert.AreEqual(JsonValueKind.Number, json.GetProperty("affinity")[0][2].ValueKind);
        StringAssert.StartsWith(json.GetProperty("warnings")[0].GetString(), said, StringComparison.Ordinal);
        StringAssert.StartsWith(File.ReadAllLines(folder["a.csv"])[1], "1,,", StringComparison.Ordinal);
        StringAssert.Contains(File.ReadAllText(folder["a.svg"]), "a ← b: not measured", StringComparison.Ordinal);
        foreach (string format in new[] { "a.json", "a.csv" })
        {
            ToolRun group = await ToolRun.Of("group", "--affinity", folder[format], "--groups", "2");
            group.AssertOk();
            StringAssert.Contains(group.Error, "Warning: The file has no affinity for 2 pairs of target and source",
                StringComparison.Ordinal);
        }
    }

    [TestMethod]
    public async Task Group_TwoTasksWithoutZero_SaysThatNothingTellsThemTogether()
    {
        using var folder = new TemporaryFolder();
        string matrix = folder.Write("m.csv", ["0,3", "2,0"]);
        ToolRun run = await ToolRun.Of("group", "--affinity", matrix);
        run.AssertOk();
        StringAssert.Contains(run.Output, "grouping   0|1", StringComparison.Ordinal);
        StringAssert.Contains(run.Error, "Note: Two tasks have no other pair to be compared with",
            StringComparison.Ordinal);
        Assert.AreEqual("", (await ToolRun.Of("group", "--affinity", matrix, "--groups", "1")).Error);
    }

    [TestMethod]
    [DataRow("0", true)]
    [DataRow("2.5", true)]
    [DataRow("0.1", false)]
    public async Task Group_AffinitiesAllTheSame_SaysThatNothingTellsThemApart(string one, bool same)
    {
        using var folder = new TemporaryFolder();
        string other = same ? one : "0";
        string matrix = folder.Write("m.csv", [$"5,{one},{other}", $"{other},6,{other}", $"{other},{other},7"]);
        ToolRun run = await ToolRun.Of("group", "--affinity", matrix, "--groups", "2");
        run.AssertOk();
        Assert.AreEqual(same, run.Error.Contains($"Note: Every pair of tasks has the same affinity, {one}, so",
            StringComparison.Ordinal), run.Error);
    }

    [TestMethod]
    public async Task Affinity_ConstantLabel_SetsTheTaskAsideWithAReason()
    {
        using var folder = new TemporaryFolder();
        ToolRun run = await ToolRun.Of(["affinity", "--data", folder.Write("d.csv", SmallData.WithAll("buys", "1")),
            .. SmallData.Labels, .. SmallData.Quick, "--method", "gradient-cosine", "--json", folder["a.json"]]);
        run.AssertOk();
        StringAssert.Contains(run.Error,
            "Warning: Task 'buys' is set aside: the 36 training rows hold no two different", StringComparison.Ordinal);
        JsonElement rows = Json(folder["a.json"]).GetProperty("affinity");
        Assert.AreEqual(JsonValueKind.Null, rows[0][1].ValueKind);
        Assert.AreEqual(JsonValueKind.Null, rows[2][0].ValueKind);
        Assert.AreNotEqual(0, rows[1][2].GetDouble());
    }

    [TestMethod]
    public async Task Affinity_ConstantLabel_IsNullInTransferAndStoppingToo()
    {
        using var folder = new TemporaryFolder();
        (await ToolRun.Of(["affinity", "--data", folder.Write("d.csv", SmallData.WithAll("buys", "1")),
            .. SmallData.Labels, .. SmallData.Quick, "--json", folder["a.json"]])).AssertOk();
        JsonElement json = Json(folder["a.json"]);
        foreach (string matrix in new[] { "affinity", "transfer", "stopping" })
        {
            JsonElement rows = json.GetProperty(matrix);
            Assert.AreEqual(JsonValueKind.Null, rows[0][1].ValueKind, matrix);
            Assert.AreEqual(JsonValueKind.Null, rows[2][0].ValueKind, matrix);
            Assert.AreEqual(JsonValueKind.Number, rows[1][2].ValueKind, matrix);
        }
    }

    [TestMethod]
    [DataRow("gradient-cosine", "is the only task")]
    [DataRow("label-correlation", "is the only task")]
    public async Task Affinity_OneTask_SaysWhyThereIsNone(string method, string message)
    {
        using var folder = new TemporaryFolder();
        ToolRun run = await ToolRun.Of(["affinity", "--data", folder.Write("d.csv", SmallData.Lines()), "--label",
            "buys", "--kind", "binary", "--ignore", "id", "spends", "grade", .. SmallData.Quick, "--method", method]);
        run.AssertOk();
        StringAssert.Contains(run.Error, message, StringComparison.Ordinal);
    }

    public static IEnumerable<string> Methods => AffinityMethods.All.Select(m => m.Name);

    [TestMethod]
    [DynamicData(nameof(Methods))]
    public async Task Affinity_EveryMethod_DoesNotDependOnThreads(string method)
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines());
        foreach (string threads in new[] { "1", "2" })
            (await ToolRun.Of(["affinity", "--data", file, .. SmallData.Labels, .. SmallData.Quick, "--method", method,
                "--threads", threads, "--no-timings", "--json", folder[threads]])).AssertOk();
        Assert.IsFalse(File.ReadAllText(folder["1"]).Contains("econds\"", StringComparison.Ordinal));
        CollectionAssert.AreEqual(File.ReadAllBytes(folder["1"]), File.ReadAllBytes(folder["2"]));
    }

    [TestMethod]
    public async Task Group_TwoGroups_WritesCanonicalTextNamesAndObjective()
    {
        using var folder = new TemporaryFolder();

        ToolRun run = await ToolRun.Of("group", "--affinity", folder.Write("m.csv", Matrix), "--groups", "2", "--json",
            folder["g.json"]);

        run.AssertOk();
        JsonElement json = Json(folder["g.json"]);
        Assert.AreEqual("0,1|2", json.GetProperty("groups").GetString());
        Assert.AreEqual("b,c", json.GetProperty("names")[0][1].GetString());
        Assert.AreEqual((2 + 2) / 2.0, json.GetProperty("objective").GetDouble(), 1e-9);
        StringAssert.Contains(run.Output, "a, b,c", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Group_Constraints_AreKept()
    {
        using var folder = new TemporaryFolder();
        ToolRun run = await ToolRun.Of("group", "--affinity", folder.Write("m.csv", Matrix), "--groups", "2",
            "--must-link", "b,c,d", "--json", folder["g.json"]);
        run.AssertOk();
        Assert.AreEqual("0|1,2", Json(folder["g.json"]).GetProperty("groups").GetString());

        run = await ToolRun.Of("group", "--affinity", folder["m.csv"], "--groups", "auto", "--cannot-link", "a,b,c",
            "--json", folder["g.json"]);
        run.AssertOk();
        Assert.AreNotEqual("0,1|2", Json(folder["g.json"]).GetProperty("groups").GetString());
    }

    public static IEnumerable<(string[] Lines, string[] Arguments, string Message)> Bad =>
    [
        (Matrix, ["--groups", "4"], "--groups is 4, but there are 3 tasks; 1 to 3 groups are possible"),
        (Matrix, ["--groups", "0"], "--groups is 0, but there are 3 tasks"),
        (Matrix, ["--groups", "some"], "--groups is 'some'; a number of groups or auto is expected"),
        (Matrix, ["--must-link", "a,x"], "--must-link is 'a,x'; two task names with a comma between them"),
        (Matrix, ["--max-size", "0"], "0"),
        ([], [], "m.csv is empty"),
        (["1,2", "3"], [], "m.csv line 2 has 1 cell, but the first line has 2"),
        (["1,2,3", "3,4,5"], [], "m.csv has 2 lines of 3 cells; 3 lines are expected"),
        (["1,2", "3,x"], [], "m.csv: the affinity of task 1 from task 1 is 'x'; a finite number is expected"),
        (["1,2", "3,"], [], "m.csv: the affinity of task 1 from task 1 is ''"),
        (["a,b,a", "0,1,2", "1,0,2", "1,2,0"], [],
            "more than one task is named 'a'; groups would not tell them apart."),
        (["0"], ["--groups", "2"], "--groups is 2, but there is 1 task; only 1 is possible."),
    ];

    [TestMethod]
    [DynamicData(nameof(Bad))]
    public async Task Group_BadInput_SaysWhatIsWrong(string[] lines, string[] arguments, string message)
    {
        using var folder = new TemporaryFolder();
        ToolRun run = await ToolRun.Of(["group", "--affinity", folder.Write("m.csv", lines), .. arguments, "--json",
            folder["g.json"]]);
        run.AssertBadInput(message);
        CollectionAssert.AreEqual(new[] { "m.csv" }, folder.Files);
    }

    [TestMethod]
    public async Task Group_BadJson_SaysWhatIsWrong()
    {
        using var folder = new TemporaryFolder();
        (await ToolRun.Of("group", "--affinity", folder.Write("a.json", "{")))
            .AssertBadInput("is not an affinity matrix");
        (await ToolRun.Of("group", "--affinity", folder.Write("a.json", "{}")))
            .AssertBadInput("properties \"tasks\" and \"affinity\" are expected");
        (await ToolRun.Of("group", "--affinity", folder.Write("a.json", """{"tasks":["a","b"],"affinity":[[1,2]]}""")))
            .AssertBadInput("\"affinity\" must have 2 rows of 2 numbers");
    }

    private static JsonElement Json(string path) => JsonDocument.Parse(File.ReadAllText(path)).RootElement;
}
