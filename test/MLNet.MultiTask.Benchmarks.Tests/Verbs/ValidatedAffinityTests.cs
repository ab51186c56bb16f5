using System.Text.Json;

namespace MLNet.MultiTask.Benchmarks.Tests.Verbs;

[TestClass]
public sealed class ValidatedAffinityTests
{
    [TestMethod]
    public async Task Affinity_Validate_WritesTheDocumentedKeysAndTheSameBytesOnAnyThreads()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines(120));
        foreach (string threads in new[] { "1", "2" })
            (await BenchmarkRun.Of(["affinity", "--data", file, .. SmallData.Labels, .. SmallData.Quick, "--bases", "1",
                "--validate", "4", "--runs", "2",
                "--threads", threads, "--no-timings", "--json", folder[$"{threads}.json"], "--scatter",
                folder[$"{threads}.svg"]])).AssertOk();

        JsonElement validation =
            JsonDocument.Parse(File.ReadAllText(folder["1.json"])).RootElement.GetProperty("validation");
        foreach (string truth in new[] { "fineTuned", "fromScratch" })
        {
            JsonElement agreement = validation.GetProperty(truth);
            foreach (string key in new[] { "relativeError", "trivialRelativeError", "noiseFloor", "pearson",
                "withinTaskPearson", "noiseCeiling", "relativeStep", "linearizationError", "groupingRegret",
                "flopsRatio" })
                Assert.IsTrue(agreement.TryGetProperty(key, out _), $"{truth}.{key}");
            Assert.AreEqual(2, agreement.GetProperty("runs").GetInt32());
        }
        CollectionAssert.AreEqual(File.ReadAllBytes(folder["1.json"]), File.ReadAllBytes(folder["2.json"]));
        CollectionAssert.AreEqual(File.ReadAllBytes(folder["1.svg"]), File.ReadAllBytes(folder["2.svg"]));
        string svg = File.ReadAllText(folder["1.svg"]);
        StringAssert.Contains(svg, "trained from scratch, 2 runs");
        StringAssert.Contains(svg, "ceiling");
    }
}
