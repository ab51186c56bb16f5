using System.Text.Json;
using MLNet.MultiTask.Benchmarks.Verbs;

namespace MLNet.MultiTask.Benchmarks.Tests.Verbs;

[TestClass]
public sealed class BenchCommandTests
{
    [TestMethod]
    public async Task Train_OneShape_WritesItsLineToOutputAndFile()
    {
        string file = Path.GetTempFileName();
        try
        {
            ToolRun run = await BenchmarkRun.Of(
                "bench", "train", "--shape", "a", "--threads", "1", "--steps", "5", "--json", file);
            Assert.AreEqual(ExitCode.Ok, run.ExitCode, run.Error);
            Assert.AreEqual(run.Output, File.ReadAllText(file));
            JsonElement line = JsonDocument.Parse(run.Output).RootElement;
            Assert.AreEqual("train", line.GetProperty("bench").GetString());
            Assert.AreEqual("a", line.GetProperty("shape").GetString());
            Assert.AreEqual(1, line.GetProperty("threads").GetInt32());
            Assert.IsGreaterThan(0, line.GetProperty("ms_p10").GetDouble());
            Assert.IsGreaterThanOrEqualTo(
                line.GetProperty("ms_p10").GetDouble(), line.GetProperty("ms_median").GetDouble());
        }
        finally
        {
            File.Delete(file);
        }
    }

    [TestMethod]
    public async Task Read_FewRows_SaysTheTablesSizeAndKeepsTheFileThatIsNamed()
    {
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            JsonElement made = Line(await BenchmarkRun.Of("bench", "read", "--rows", "3000", "--file", file)),
                read = Line(await BenchmarkRun.Of("bench", "read", "--file", file));
            Assert.AreEqual(new FileInfo(file).Length, made.GetProperty("file_bytes").GetInt64());
            Assert.AreEqual(3000, read.GetProperty("rows").GetInt32());
            // 16 numbers and two categories of 356 features, six blocks of columns, two labels.
            long bytes = read.GetProperty("table_bytes").GetInt64();
            Assert.AreEqual(3000 * (18 * 8 + 6 * 4 + 2 * 4), bytes, 3000);
            Assert.IsGreaterThan(bytes, read.GetProperty("peak_bytes").GetInt64());
        }
        finally
        {
            File.Delete(file);
        }

        static JsonElement Line(ToolRun run)
        {
            Assert.AreEqual(ExitCode.Ok, run.ExitCode, run.Error);
            return JsonDocument.Parse(run.Output).RootElement;
        }
    }

    [TestMethod]
    public async Task Methods_TwoMethods_WritesEveryMode()
    {
        JsonElement[] lines = Lines(await BenchmarkRun.Of("bench", "methods", "--shape", "a", "--threads", "1",
            "--steps", "5", "--interval", "4", "--method", "dwa", "cagrad(c=0.4)"));
        CollectionAssert.AreEqual(new[] { "dwa(temperature=2) losses 1", "cagrad(c=0.4) exact 1",
            "cagrad(c=0.4) sketched 1", "cagrad(c=0.4) renewed 4", "cagrad(c=0.4) sketched and renewed 1" },
            lines.Select(l => $"{l.GetProperty("method").GetString()} " +
                $"{l.GetProperty("mode").GetString()} {l.GetProperty("gramianInterval").GetInt32()}").ToArray());
        foreach (JsonElement line in lines)
        {
            Assert.IsGreaterThan(0, line.GetProperty("ms_median").GetDouble());
            Assert.IsGreaterThan(0, line.GetProperty("ratioToEqual").GetDouble());
        }
        (await BenchmarkRun.Of("bench", "methods", "--method", "x")).AssertBadInput("There is no weighting 'x'");
    }

    [TestMethod]
    public async Task Sparse_AnyDensity_TimesBothWaysOrSaysWhyNot()
    {
        JsonElement line = Lines(
            await BenchmarkRun.Of("bench", "sparse", "--columns", "70", "--tasks", "2", "--steps", "5"))
            .Single();
        Assert.IsGreaterThan(0, line.GetProperty("ms_median").GetDouble());
        Assert.IsGreaterThan(0, line.GetProperty("dense_ms_median").GetDouble());
        (await BenchmarkRun.Of("bench", "sparse", "--density", "0.3")).AssertBadInput("are not trained as sparse");
    }

    [TestMethod]
    public async Task Score_OneShape_WritesNetworkAndModel()
    {
        ToolRun run = await BenchmarkRun.Of("bench", "score", "--shape", "a", "--steps", "20");
        JsonElement[] lines = Lines(run);
        CollectionAssert.AreEqual(
            new[] { "network", "model" }, lines.Select(l => l.GetProperty("variant").GetString()).ToArray());
        foreach (JsonElement line in lines)
        {
            double rate = line.GetProperty("rows_per_s").GetDouble();
            Assert.AreEqual(ScoreBench.Rows / line.GetProperty("batch_ms").GetDouble() * 1e3, rate, 0.05 * rate);
        }
    }

    [TestMethod]
    public async Task ForestMemory_SmallTable_WritesThePeakBesideItsParts()
    {
        JsonElement line = Lines(await BenchmarkRun.Of("bench", "forest-memory", "--rows", "30000", "--features", "12",
            "--tasks", "2", "--trees", "2")).Single();
        Assert.AreEqual(0.3, line.GetProperty("bins_mb").GetDouble());
        Assert.AreEqual(0.5, line.GetProperty("gradients_mb").GetDouble());
        Assert.IsGreaterThanOrEqualTo(0, line.GetProperty("peak_mb").GetDouble());
    }

    [TestMethod]
    public async Task Eigen_Size_IsInTheLine()
    {
        JsonElement line = Lines(await BenchmarkRun.Of("bench", "eigen", "--size", "12", "--steps", "3")).Single();
        Assert.AreEqual(12, line.GetProperty("n").GetInt32());
        Assert.IsGreaterThan(0, line.GetProperty("ms").GetDouble());
    }

    [TestMethod]
    public async Task Gemm_Shape_TimesEveryProductOfItsTrainingStep()
    {
        JsonElement[] lines = Lines(await BenchmarkRun.Of("bench", "gemm", "--shape", "a", "--steps", "3"));
        CollectionAssert.AreEqual(
            new[]
            {
                "256x128x64 B", "128x64x256 A", "256x64x128 B", "64x128x256 A", "256x128x64 ",
                "256x14x64 B", "14x64x256 A", "256x64x14 ",
            },
            lines.Select(Product).ToArray());

        static string Product(JsonElement l) =>
            $"{l.GetProperty("m")}x{l.GetProperty("n")}x{l.GetProperty("k")} {l.GetProperty("transposed")}";
    }

    [TestMethod]
    [DataRow("--threads", "0")]
    [DataRow("--steps", "-3")]
    public async Task Bench_NumberBelowOne_IsBadInputThatNamesIt(string option, string value)
    {
        ToolRun run = await BenchmarkRun.Of("bench", "train", option, value);
        Assert.AreEqual(ExitCode.BadInput, run.ExitCode);
        Assert.AreEqual(
            $"{option} must be at least 1; it is {value} (see 'benchmarks bench train --help')",
            run.Error.TrimEnd());
    }

    [TestMethod]
    public async Task Bench_FileThatCannotBeWritten_IsBadInputThatNamesIt()
    {
        ToolRun run = await BenchmarkRun.Of("bench", "eigen", "--size", "2", "--json", Path.GetTempPath());
        Assert.AreEqual(ExitCode.BadInput, run.ExitCode);
        StringAssert.Contains(run.Error, Path.GetTempPath(), StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Group_SmallSize_ReportsACertifiedGap()
    {
        ToolRun run = await BenchmarkRun.Of("bench", "group", "--size", "20", "--steps", "1");
        run.AssertOk();
        using JsonDocument line = JsonDocument.Parse(run.Output);
        Assert.AreEqual(17.504090, line.RootElement.GetProperty("value").GetDouble(), 17.5e-4);
        Assert.IsLessThanOrEqualTo(1e-4, line.RootElement.GetProperty("sdpGap").GetDouble());
        Assert.IsGreaterThan(0, line.RootElement.GetProperty("seconds").GetDouble());
    }

    private static JsonElement[] Lines(ToolRun run)
    {
        Assert.AreEqual(ExitCode.Ok, run.ExitCode, run.Error);
        return [.. run.Output.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];
    }
}
