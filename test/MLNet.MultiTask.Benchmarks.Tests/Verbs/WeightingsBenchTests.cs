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
            "2", "--method", "equal", "cagrad(c=0.4)", .. SmallData.Quick]);
        run.AssertOk();
        JsonElement[] lines = [.. run.Output.Split('\n').Where(l => l.StartsWith('{'))
            .Select(l => JsonDocument.Parse(l).RootElement)];
        CollectionAssert.AreEqual(new[] { "equal", "cagrad(c=0.4)", "groups, equal" },
            lines.Select(l => l.GetProperty("method").GetString()).ToArray());
        foreach (JsonElement line in lines)
        {
            Assert.AreEqual(2, line.GetProperty("seeds").GetInt32());
            Assert.IsTrue(double.IsFinite(line.GetProperty("deltaM").GetDouble()));
            Assert.IsGreaterThan(0, line.GetProperty("seconds").GetDouble());
        }
        StringAssert.Contains(run.Output, "Δm %, seconds");
    }

    [TestMethod]
    public async Task Weightings_WeightingOfTheNetworkGiven_IsRefused()
    {
        using var folder = new TemporaryFolder();
        ToolRun run = await BenchmarkRun.Of(["bench", "weightings", "--manifest", folder.Write("m.json", [ManifestText]),
            "--set", "small", "--weighting", "dwa"]);
        run.AssertBadInput("Here --method says which weightings are tried; leave --weighting out.");
    }
}
