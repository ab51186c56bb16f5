using System.Text.Json;

namespace MLNet.MultiTask.Benchmarks.Tests.Verbs;

[TestClass]
public sealed class ValidateBenchTests
{
    [TestMethod]
    public async Task Validate_TwoMethods_AreHeldAgainstTheSameRealRuns()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines(120));
        ToolRun run = await BenchmarkRun.Of(["bench", "validate", "--data", file, .. SmallData.Labels, "--hidden", "8",
            "--epochs", "3", "--method", "landscape", "pairwise", "--validate", "4", "--runs", "2"]);
        run.AssertOk();
        JsonElement[] lines = [.. run.Output.Trim().Split('\n').Select(l => JsonDocument.Parse(l).RootElement)];
        CollectionAssert.AreEqual(new[] { "landscape", "pairwise" },
            lines.Select(l => l.GetProperty("method").GetString()).ToArray());
        foreach (string ceiling in new[] { "fineTunedCeiling", "fromScratchCeiling", "fineTuningFromScratch" })
            Assert.AreEqual(lines[0].GetProperty(ceiling).GetDouble(), lines[1].GetProperty(ceiling).GetDouble());
        Assert.IsFalse(lines[0].GetProperty("predictsLosses").GetBoolean());
        Assert.IsTrue(lines[1].GetProperty("predictsLosses").GetBoolean());
        Assert.IsTrue(lines.All(l => Math.Abs(l.GetProperty("fromScratch").GetDouble()) <= 1));
    }
}
