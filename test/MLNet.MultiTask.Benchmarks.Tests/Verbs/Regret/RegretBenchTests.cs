using System.Text.Json;

namespace MLNet.MultiTask.Benchmarks.Tests.Verbs;

[TestClass]
public sealed class RegretBenchTests
{
    private static readonly string[] s_short =
        ["--method", "label-correlation", "--random", "4", "--seeds", "2", "--noise-runs", "2", "--steps", "60",
            "--hidden", "8", "--threads", "2"];

    [TestMethod]
    public async Task Regret_Bed_PrintsEveryArmAndMeansAndGoesOnFromItsCache()
    {
        using var folder = new TemporaryFolder();
        string[] arguments = ["bench", "regret", "--bed", "mtb", .. s_short, "--cache", folder["cache"], "--json",
            folder["lines"]];
        (await BenchmarkRun.Of(arguments)).AssertOk();
        JsonElement[] lines = [.. File.ReadLines(folder["lines"]).Select(l => JsonDocument.Parse(l).RootElement)];
        string[] arms = ["single", "all", "planted", "label-correlation"];
        CollectionAssert.AreEqual((string[])[.. arms, .. arms, .. arms],
            lines.Select(l => l.GetProperty("arm").GetString()).ToArray());
        Assert.AreEqual(1, lines[3].GetProperty("adjustedRandIndex").GetDouble(), "labels say it all");
        Assert.AreEqual(lines[2].GetProperty("macro").GetDouble(), lines[3].GetProperty("macro").GetDouble());
        Assert.IsTrue(lines.Take(8).All(l => l.GetProperty("regret").GetDouble() >= 0));
        Assert.AreEqual((lines[0].GetProperty("macro").GetDouble() + lines[4].GetProperty("macro").GetDouble()) / 2,
            lines[8].GetProperty("macro").GetDouble(), 1e-4);
        Assert.AreEqual("regret mean", lines[8].GetProperty("bench").GetString());

        int kept = File.ReadAllLines(folder["cache"]).Length;
        File.AppendAllText(folder["cache"], "{\"key\":\"cut sh");
        string before = File.ReadAllText(folder["lines"]);
        (await BenchmarkRun.Of(arguments)).AssertOk();
        Assert.AreEqual(before, File.ReadAllText(folder["lines"]));
        Assert.HasCount(kept, File.ReadAllLines(folder["cache"]));
    }

    [TestMethod]
    public async Task Regret_TaskIndexedBed_SaysWhyLabelsCannotBeCorrelated()
    {
        ToolRun run = await BenchmarkRun.Of(["bench", "regret", "--bed", "permuted-digits",
            .. s_short.Where((_, i) => i is not (4 or 5)), "--seeds", "1"]);
        run.AssertOk();
        StringAssert.Contains(run.Output, "\"error\":\"None of the 640 training rows holds labels of two tasks");
    }

    [TestMethod]
    public async Task Regret_NoData_SaysHowToNameIt() => (await BenchmarkRun.Of("bench", "regret"))
        .AssertBadInput("Say on what: --bed NAME…, or --manifest FILE --name SET….");

    [TestMethod]
    public async Task Regret_OneGroup_NamesTheRange() =>
        (await BenchmarkRun.Of(["bench", "regret", "--bed", "mtb", .. s_short, "--groups", "1"]))
            .AssertBadInput("--groups is 1; from 2 to 11 are possible with the 12 tasks of mtb.");

    [TestMethod]
    public async Task Regret_ForeignCache_NamesTheLine()
    {
        using var folder = new TemporaryFolder();
        string cache = folder.Write("cache", "{\"bench\":\"gemm\"}\n{}\n");
        (await BenchmarkRun.Of(["bench", "regret", "--bed", "mtb", .. s_short, "--cache", cache]))
            .AssertBadInput($"Line 1 of '{cache}' is no line of a cache of bench regret.");
    }

    [TestMethod]
    public async Task Regret_SetOfTwoTasks_HasItsTwoGroupings()
    {
        using var folder = new TemporaryFolder();
        string data = string.Join('\n', Enumerable.Range(0, 120).Select(r =>
            $"{Math.Sin(r)},{Math.Cos(3 * r)},{Math.Sin(r) + Math.Cos(3 * r)},{Math.Sin(r) - Math.Cos(3 * r)}"));
        folder.Write("two.csv", "u,v,sum,difference\n" + data + "\n");
        string manifest = folder.Write("manifest.json", """
            [{ "name": "two", "file": "two.csv", "rows": 120, "features": 2,
               "tasks": [{ "column": "sum", "kind": "regression" },
                         { "column": "difference", "kind": "regression" }] }]
            """);
        (await BenchmarkRun.Of(["bench", "regret", "--manifest", manifest, "--name", "two", .. s_short,
            "--json", folder["lines"]])).AssertOk();
        JsonElement[] lines = [.. File.ReadLines(folder["lines"]).Select(l => JsonDocument.Parse(l).RootElement)];
        Assert.HasCount(9, lines, "single, all and label correlation, of two splits and in the mean");
        Assert.IsTrue(lines.All(l => l.GetProperty("percentile").ValueKind == JsonValueKind.Null), "no other grouping");
    }

    // The published sign of the gain, with the networks of the defaults; two data seeds.
    [TestMethod, TestCategory("Slow")]
    [DataRow("mtb")]
    [DataRow("indexed")]
    [DataRow("disjoint")]
    [DataRow("permuted-digits")]
    public async Task Regret_PlantedGroups_BeatBothCorners(string bed)
    {
        using var folder = new TemporaryFolder();
        (await BenchmarkRun.Of("bench", "regret", "--bed", bed, "--method", "none", "--random", "2", "--seeds", "2",
            "--noise-runs", "2", "--json", folder["lines"])).AssertOk();
        JsonElement planted = File.ReadLines(folder["lines"]).Select(l => JsonDocument.Parse(l).RootElement)
            .Single(l => l.GetProperty("bench").GetString() == "regret mean"
                && l.GetProperty("arm").GetString() == "planted");
        Assert.IsGreaterThan(0.004, planted.GetProperty("gainOverCorners").GetDouble());
    }
}
