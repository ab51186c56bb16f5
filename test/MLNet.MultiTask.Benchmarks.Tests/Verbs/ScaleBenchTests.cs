using System.Text.Json;
using MLNet.MultiTask.Benchmarks.Verbs;

namespace MLNet.MultiTask.Benchmarks.Tests.Verbs;

[TestClass]
public sealed class ScaleBenchTests
{
    [TestMethod]
    public async Task Scale_Tiny_PrintsPhasesAndMemory()
    {
        JsonElement line =
            await Run("--tasks", "40", "--rows", "400", "--subsets", "60", "--bases", "1", "--steps", "20");
        Assert.AreEqual(40, line.GetProperty("tasks").GetInt32());
        Assert.IsTrue(line.GetProperty("subsets").GetInt32() >= 60);
        foreach (string seconds in new[] { "phaseSeconds", "phaseProcessorSeconds" })
            Assert.IsTrue(line.GetProperty(seconds).GetProperty("linearization").GetDouble() > 0, seconds);
        Assert.IsTrue(line.GetProperty("seconds_per_subset").GetDouble() > 0);
        Assert.IsTrue(line.GetProperty("peak_bytes").GetInt64() > 0);
    }

    [TestMethod]
    [TestCategory("Slow")]
    public async Task Scale_HundredTasks_StaysBelowOneGigabyte()
    {
        JsonElement line =
            await Run("--tasks", "100", "--rows", "5000", "--subsets", "1000", "--bases", "1", "--steps", "500");
        Assert.IsTrue(line.GetProperty("subsets").GetInt32() >= 1000);
        Assert.IsTrue(line.GetProperty("peak_bytes").GetInt64() < 1L << 30, line.ToString());
    }

    [TestMethod]
    public void Generate_Labels_AreMoreAlikeWithinGroupsThanAcross()
    {
        TaskTable table = ScaleBench.Generate(40, 3000, 32);
        double Agreement(int a, int b) =>
            Enumerable.Range(0, 3000).Average(r => table.Label(r, a) == table.Label(r, b) ? 1.0 : 0);
        double own = Enumerable.Range(1, 19).Average(t => Agreement(0, t));
        double other = Enumerable.Range(20, 20).Average(t => Agreement(0, t));
        Assert.IsTrue(own > 0.6, $"{own} within the group");
        Assert.IsTrue(own - other > 0.08, $"{own} within the group, {other} across");
    }

    private static async Task<JsonElement> Run(params string[] options)
    {
        ToolRun run = await BenchmarkRun.Of(["bench", "scale", .. options]);
        run.AssertOk();
        return JsonDocument.Parse(run.Output).RootElement;
    }
}
