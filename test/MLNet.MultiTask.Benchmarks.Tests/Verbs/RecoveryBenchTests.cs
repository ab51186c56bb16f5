using System.Text.Json;
using MLNet.MultiTask.Benchmarks.Verbs;

namespace MLNet.MultiTask.Benchmarks.Tests.Verbs;

[TestClass]
public sealed class RecoveryBenchTests
{
    [TestMethod]
    public async Task Recovery_TwoMethodsAndNoises_PrintsALineForEachDataSetAndDrawsTheCurves()
    {
        using var folder = new TemporaryFolder();
        ToolRun run = await BenchmarkRun.Of("bench", "recovery", "--method", "label-correlation", "data-maps",
            "--noise",
            "0.1", "5", "--rows", "300",
            "--seeds", "2", "--first-seed", "1", "--misleading", "0.5", "--misleading-rows", "300", "--hidden", "16",
            "--json", folder["lines.json"], "--plot", folder["curves.svg"]);
        run.AssertOk();
        JsonElement[] lines = [.. File.ReadLines(folder["lines.json"]).Select(l => JsonDocument.Parse(l).RootElement)];
        Assert.HasCount(12, lines);
        Assert.AreEqual(1, lines[0].GetProperty("area").GetDouble(), "without noise labels say it all");
        Assert.AreEqual(1, lines[0].GetProperty("adjustedRandIndex").GetDouble());
        Assert.IsTrue(lines[2].GetProperty("area").GetDouble() < 0.9, "noise five times the signal drowns them");
        Assert.IsTrue(lines[4].GetProperty("misleading").GetBoolean() && lines[4].GetProperty("area").GetDouble() < 0.9,
            "labels mislead");
        Assert.AreEqual("data-maps", lines[11].GetProperty("method").GetString());
        Assert.AreEqual(2, lines[11].GetProperty("seed").GetInt32());
        string svg = File.ReadAllText(folder["curves.svg"]);
        StringAssert.Contains(svg, ">label-correlation</text>", StringComparison.Ordinal);
        Assert.HasCount(8, svg.Split("<polyline")[1..],
            "two methods, two panels, labels that tell and labels that mislead");
        Assert.HasCount(12, svg.Split("<circle")[1..]);
    }

    [TestMethod]
    public async Task Recovery_NegativeNoise_IsRefused() =>
        (await BenchmarkRun.Of("bench", "recovery", "--noise", "0.1",
            "-3")).AssertBadInput("--noise is -3; finite numbers of at least 0 are expected");

    [TestMethod]
    public async Task Recovery_LinesOfAnotherRun_AreDrawnAndNotTriedAgain()
    {
        using var folder = new TemporaryFolder();
        string lines = folder.Write("lines.json", """
            {"bench":"recovery","method":"label-correlation","noise":0.1,"misleading":false,"seed":1,"area":0.75,"adjustedRandIndex":0.5,"seconds":1}
            {"bench":"recovery","method":"tag","noise":2,"misleading":true,"seed":1,"area":0.5,"adjustedRandIndex":0,"seconds":1}
            """);
        ToolRun run = await BenchmarkRun.Of("bench", "recovery", "--method", "label-correlation", "--noise", "0.1",
            "--seeds", "1", "--rows", "300", "--lines", lines, "--plot", folder["curves.svg"]);
        run.AssertOk();
        Assert.AreEqual("", run.Output);
        string svg = File.ReadAllText(folder["curves.svg"]);
        StringAssert.Contains(svg, ">tag</text>", StringComparison.Ordinal);
        Assert.HasCount(4, svg.Split("<circle")[1..]);
    }

    [TestMethod]
    public async Task Recovery_FileOfOtherLines_IsRefused()
    {
        using var folder = new TemporaryFolder();
        string lines = folder.Write("lines.json", "{\"bench\":\"gemm\"}");
        (await BenchmarkRun.Of("bench", "recovery", "--lines", lines))
            .AssertBadInput($"Line 1 of '{lines}' is no line of bench recovery.");
    }

    // Target 0 has partner 1 above both strangers, target 1 has it between them, target 2 and 3 tie with one stranger.
    [TestMethod]
    public void PlantedArea_SmallMatrix_IsTheShareOfPairsInOrder()
    {
        var affinity = new TaskAffinity(["a", "b", "c", "d"], [0, 3, 1, 2, 2, 0, 1, 3, 1, 2, 0, 2, 5, 5, 6, 0], "test");
        Assert.AreEqual((1 + 0.5 + 0.75 + 1) / 4, RecoveryBench.PlantedArea(affinity, TaskGrouping.Parse("0,1|2,3")),
            1e-12);
    }
}
