using System.Text.Json;

namespace MLNet.MultiTask.Benchmarks.Tests.Verbs;

[TestClass]
public sealed class MergingBenchTests
{
    [TestMethod]
    public async Task Merging_PlantedRegression_ComparesAndTellsWhatIsRefused()
    {
        ToolRun run = await BenchmarkRun.Of(["bench", "merging", "--seeds", "2", "--name", "planted-regression",
            "--method", "delta-guided", "adamerging(steps=1)", "--max-steps", "20", "--architecture", "mlp(hidden=4)"]);
        if (run.Error.Contains("TorchSharp cannot be used", StringComparison.Ordinal))
            Assert.Inconclusive(run.Error);
        run.AssertOk();
        JsonElement[] lines = [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => JsonDocument.Parse(l).RootElement)];

        // Two seeds of four methods, and two summaries of each.
        Assert.HasCount(16, lines);
        Assert.AreEqual(0, lines[0].GetProperty("delta_m_percent").GetDouble());
        StringAssert.StartsWith(lines[3].GetProperty("refused").GetString(),
            "Merging 'adamerging' minimises the entropy");
        JsonElement joint = lines[1], merged = lines[2];
        Assert.AreEqual(joint.GetProperty("bytes").GetInt64(), merged.GetProperty("bytes").GetInt64());
        Assert.AreEqual(2, lines[10].GetProperty("seeds").GetInt32());
    }

    [TestMethod]
    public async Task Merging_SetWithoutManifest_IsRefused() =>
        (await BenchmarkRun.Of(["bench", "merging", "--name", "yeast"]))
        .AssertBadInput("There is no planted set 'yeast'");
}
