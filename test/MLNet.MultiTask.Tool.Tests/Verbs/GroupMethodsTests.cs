using System.Globalization;
using System.Text.Json;

namespace MLNet.MultiTask.Tool.Tests.Verbs;

[TestClass]
public sealed class GroupMethodsTests
{
    private static readonly string[] Blocks = ["a,b,c,d", "0,2,-1,-1", "2,0,-1,-1", "-1,-1,0,2", "-1,-1,2,0"];

    [TestMethod]
    [DataRow("sdp"), DataRow("branch-and-bound"), DataRow("subset-programming"), DataRow("exhaustive"),
        DataRow("spectral"), DataRow("agglomerative")]
    [DataRow("kmeans"), DataRow("fuzzy"), DataRow("interval"), DataRow("annealing"), DataRow("random-search"),
        DataRow("extended-spectral"), DataRow("cover")]
    public async Task Group_EveryMethod_FindsTwoClearGroups(string method)
    {
        using var folder = new TemporaryFolder();
        (await ToolRun.Of("group", "--affinity", folder.Write("m.csv", Blocks), "--method", method, "--groups", "2",
            "--json", folder["g.json"])).AssertOk();
        Assert.AreEqual("0,1|2,3", Json(folder["g.json"]).GetProperty("groups").GetString());
    }

    [TestMethod]
    public async Task Group_Penalised_CountsTheCostOfGroups()
    {
        using var folder = new TemporaryFolder();
        string matrix = folder.Write("m.csv", Blocks);
        (await ToolRun.Of("group", "--affinity", matrix, "--method", "sdp-penalised", "--group-cost", "0.5", "--json",
            folder["g.json"])).AssertOk();
        JsonElement json = Json(folder["g.json"]);
        Assert.AreEqual(2 * 2 - 2 * 0.5, json.GetProperty("objective").GetDouble(), 1e-12);
        Assert.IsTrue(json.GetProperty("optimal").GetBoolean());
        Assert.AreEqual(0, json.GetProperty("gap").GetDouble(), 1e-4);
        (await ToolRun.Of("group", "--affinity", matrix, "--method",
            "sdp-penalised")).AssertBadInput("takes --group-cost and no number of groups");
    }

    [TestMethod]
    [DataRow("--method cover --groups 2 --must-link a,b", "--method cover does not know --must-link.")]
    [DataRow("--method cover", "--method cover needs a number of groups; --groups is auto.")]
    [DataRow("--triangle-cuts --method spectral --groups 2", "--method spectral does not know --triangle-cuts.")]
    [DataRow("--budget 2", "--budget goes with --method selection only.")]
    [DataRow("--method selection --budget 2", "--method selection does not know --affinity.")]
    [DataRow("--method branch-and-bound --time-limit 0",
        "--time-limit is 0; a positive number of seconds is expected.")]
    [DataRow("--groups 2 --cannot-link a,b --cannot-link b,c --cannot-link a,c",
        "No grouping into 2 groups was found that meets the constraints")]
    public async Task Group_OptionsThatDoNotFit_AreRefused(string arguments, string message)
    {
        using var folder = new TemporaryFolder();
        (await ToolRun.Of(["group", "--affinity", folder.Write("m.csv", Blocks),
            .. arguments.Split(' ')])).AssertBadInput(message);
    }

    [TestMethod]
    [DataRow(1, "optimal"), DataRow(1, "hoa"), DataRow(2, "optimal"), DataRow(2, "hoa")]
    public async Task Selection_StandleyTables_ReproducesEveryBudget(int setting, string variant)
    {
        using var folder = new TemporaryFolder();
        string validation = Repository.Shared("data", "affinity", $"standley_setting{setting}_val.csv");
        string test = Repository.Shared("data", "affinity", $"standley_setting{setting}_test.csv");
        JsonElement expected =
            Json(Repository.Shared("data", "affinity",
            "expected_standley.json")).GetProperty("settings").GetProperty($"{setting}").GetProperty(variant);
        foreach (JsonElement entry in expected.EnumerateArray())
        {
            string budget = entry.GetProperty("budget").GetDouble().ToString(CultureInfo.InvariantCulture);
            string[] hoa = variant == "hoa" ? ["--hoa"] : [];
            (await ToolRun.Of(["group", "--method", "selection", "--networks", validation, "--test", test, "--budget",
                budget, .. hoa, "--json", folder["s.json"]])).AssertOk();
            JsonElement json = Json(folder["s.json"]);
            Assert.AreEqual(entry.GetProperty("selection_objective").GetDouble(),
                json.GetProperty("validationLoss").GetDouble(), 1e-6);
            double[] accepted = entry.TryGetProperty("accepted_total_test_loss", out JsonElement several)
                ? [.. several.EnumerateArray().Select(a => a.GetDouble())]
                    : [entry.GetProperty("total_test_loss").GetDouble()];
            Assert.IsLessThanOrEqualTo(1e-6, accepted.Min(a => Math.Abs(a - json.GetProperty("testLoss").GetDouble())));
        }
    }

    [TestMethod]
    public async Task Selection_BadTables_NameTheLine()
    {
        using var folder = new TemporaryFolder();
        string good = folder.Write("good.csv", "cost,a,b", "1,0.5,0.5", "0.5,0.4,");
        (await Select(folder.Write("v.csv", "cost,a,b", "1,0.5,x"),
            2)).AssertBadInput("v.csv line 2: column 'b' is 'x'; a finite number is expected.");
        (await Select(folder.Write("v.csv", "cost,a,b", "0,0.5,1"),
            2)).AssertBadInput("v.csv line 2: the cost is 0; a positive number is expected.");
        (await Select(folder.Write("v.csv", "a,b", "0.5,1"), 2)).AssertBadInput("v.csv has no column 'cost'");
        (await Select(good, 0.5)).AssertBadInput("No selection within the limits serves all 2 tasks");
        (await ToolRun.Of("group", "--method", "selection", "--networks", good, "--budget", "2", "--test",
            folder.Write("t.csv", "cost,a,b", "1,1,1")))
            .AssertBadInput(
                "t.csv must list the networks of good.csv in the same order; network 2 is missing instead of a/2.");

        static Task<ToolRun> Select(string file, double budget) =>
            ToolRun.Of("group", "--method", "selection", "--networks", file, "--budget",
                budget.ToString(CultureInfo.InvariantCulture));
    }

    private static JsonElement Json(string path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
        return document.RootElement.Clone();
    }
}
