using System.Text.Json;

namespace MLNet.MultiTask.Benchmarks.Tests.Verbs;

[TestClass]
public sealed class WeightingsBenchTests
{
    private const string ManifestText = """
        [{ "name": "small", "file": "d.csv", "weightColumn": "w", "exclude": ["id"], "tasks": [
            { "column": "buys", "kind": "binary" }, { "column": "spends", "kind": "regression" },
            { "column": "grade", "kind": "multiclass" }] }]
        """;

    [TestMethod]
    public async Task Weightings_TwoMethods_WritesGainsAndTheTable()
    {
        using var folder = new TemporaryFolder();
        folder.Write("d.csv", SmallData.Lines(120));
        string manifest = folder.Write("m.json", [ManifestText]);
        ToolRun run = await BenchmarkRun.Of(["bench", "weightings", "--manifest", manifest, "--set", "small", "--seeds",
            "2", "--method", "equal", "cagrad(c=0.4)", "--cheaper", "cagrad(c=0.4)", "--trials", "2",
            "--trials-file", folder["t.jsonl"], "--table", folder["t.md"], .. SmallData.Quick]);
        run.AssertOk();
        JsonElement[] lines = Lines(run);
        string[] arms = ["equal", "cagrad(c=0.4)", "cagrad(c=0.4), every 20", "cagrad(c=0.4), sketch 16",
            "cagrad(c=0.4), sketch 16, every 5", "groups by search, equal", "groups by dmtg, equal"];
        CollectionAssert.AreEqual(arms, lines.Select(l => l.GetProperty("method").GetString()).ToArray());
        foreach (JsonElement line in lines)
        {
            Assert.AreEqual(2, line.GetProperty("seeds").GetInt32());
            Assert.IsTrue(double.IsFinite(line.GetProperty("deltaM").GetDouble()));
        }
        // A single training may be shorter than the processor's clock can tell.
        Assert.IsGreaterThan(0, lines.Sum(l => l.GetProperty("seconds").GetDouble()));
        StringAssert.Contains(File.ReadAllText(folder["t.md"]), "| Δm % | small | mean | time |");
        StringAssert.Contains(run.Error, "weightings without groups on ");
    }

    [TestMethod]
    public async Task Weightings_TrialsFileOfAnEarlierCall_IsNotTrainedAgain()
    {
        using var folder = new TemporaryFolder();
        folder.Write("d.csv", SmallData.Lines(120));
        string manifest = folder.Write("m.json", [ManifestText]), kept = folder["t.jsonl"];
        string[] command = ["bench", "weightings", "--manifest", manifest, "--set", "small", "--trials", "2",
            "--trials-file", kept, .. SmallData.Quick, "--method", "equal", "dwa", "--seeds"];
        ToolRun first = await BenchmarkRun.Of([.. command, "1"]);
        first.AssertOk();
        string[] before = File.ReadAllLines(kept);
        Assert.HasCount(4, before);
        (await BenchmarkRun.Of([.. command, "2"])).AssertOk();
        string[] after = File.ReadAllLines(kept);
        Assert.HasCount(8, after);
        CollectionAssert.AreEqual(before, after[..4]);
        folder.Write("t.jsonl", ["{}"]);
        (await BenchmarkRun.Of([.. command, "1"])).AssertBadInput("Line 1 of t.jsonl is no training of");
    }

    [TestMethod]
    public async Task Weightings_WeightingOfTheNetworkGiven_IsRefused()
    {
        using var folder = new TemporaryFolder();
        ToolRun run = await BenchmarkRun.Of(
            ["bench", "weightings", "--manifest", folder.Write("m.json", [ManifestText]),
            "--set", "small", "--weighting", "dwa"]);
        run.AssertBadInput("Here --method says which weightings are tried; leave --weighting out.");
    }

    private static JsonElement[] Lines(ToolRun run) => [.. run.Output.Split('\n').Where(l => l.StartsWith('{'))
        .Select(l => JsonDocument.Parse(l).RootElement)];
}
