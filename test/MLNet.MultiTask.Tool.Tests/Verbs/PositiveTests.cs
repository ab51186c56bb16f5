using System.Text.Json;
using System.Text.Json.Nodes;

namespace MLNet.MultiTask.Tool.Tests.Verbs;

/// <summary><c>--positive</c>: labels of two values that do not say which of them counts as 1.</summary>
[TestClass]
public sealed class PositiveTests
{
    private static readonly string[] Labels =
        ["--label", "buys", "spends", "grade", "--kind", "binary", "regression", "multiclass", "--ignore", "id", "w"];

    [TestMethod]
    [DataRow("stays", "gone", "gone")]
    [DataRow("gone", "stays", "buys=stays")]
    // Equal as numbers: a column with missing cells is often written so.
    [DataRow("1", "2.0", "2")]
    [DataRow("no", "yes", "yes")]
    public async Task Train_ValuesInPlaceOf0And1_ComesToTheSameModelAndMetrics(string no, string yes, string positive)
    {
        using var folder = new TemporaryFolder();
        string numbers = folder.Write("numbers.csv", SmallData.Lines());
        string texts = folder.Write("texts.csv", Lines(no, yes));
        string[] train = ["train", .. Labels, .. SmallData.Quick, "--grouping", "all", "--no-timings"];
        (await ToolRun.Of([.. train, "--data", numbers, "--out", folder["a.mtsk"]])).AssertOk();
        ToolRun run = await ToolRun.Of([.. train, "--data", texts, "--positive", positive, "--out", folder["b.mtsk"]]);
        run.AssertOk();
        Assert.AreEqual(yes != "yes", run.Output.Contains(
            $"label column 'buys': '{yes}' counts as 1, '{no}' as 0", StringComparison.Ordinal), run.Output);

        Assert.AreEqual(await Output("predict", "--model", folder["a.mtsk"], "--data", numbers),
            await Output("predict", "--model", folder["b.mtsk"], "--data", numbers));
        foreach (string part in new[] { "test", "all" })
            Assert.AreEqual(await Output("evaluate", "--model", folder["a.mtsk"], "--data", numbers, "--part", part),
                await Output("evaluate", "--model", folder["b.mtsk"], "--data", texts, "--part", part));
    }

    [TestMethod]
    public async Task Affinity_ValuesInPlaceOf0And1_IsTheSame()
    {
        using var folder = new TemporaryFolder();
        string numbers = folder.Write("numbers.csv", SmallData.Lines());
        string texts = folder.Write("texts.csv", Lines("stays", "gone"));
        string[] affinity = ["affinity", .. Labels, "--method", "label-correlation"];
        (await ToolRun.Of([.. affinity, "--data", numbers, "--csv", folder["a.csv"]])).AssertOk();
        (await ToolRun.Of([.. affinity, "--data", texts, "--positive", "gone", "--csv", folder["b.csv"]])).AssertOk();
        Assert.AreEqual(File.ReadAllText(folder["a.csv"]), File.ReadAllText(folder["b.csv"]));
    }

    [TestMethod]
    [DataRow("m.mtsk")]
    [DataRow("m.zip")]
    public async Task Evaluate_ValueThatIsNeither_IsNamedByItsLine(string model)
    {
        using var folder = new TemporaryFolder();
        await Train(folder, model);
        string[] lines = Lines("stays", "gone");
        lines[7] = lines[7].Replace(",stays,", ",left,").Replace(",gone,", ",left,");
        (await ToolRun.Of("evaluate", "--model", folder[model], "--data", folder.Write("n.csv", lines))).AssertBadInput(
            "n.csv line 8: label column 'buys' holds 'left'; in the model 'gone' counts as 1, 'stays' as 0");
    }

    [TestMethod]
    [DataRow("gone", "buys=other", "d.csv: label column 'buys' holds 'gone', 'stays', and no row the value 'other' " +
        "of --positive")]
    [DataRow("gone", "other=gone", "--positive: 'other=gone' names no label column; they are 'buys', 'spends', " +
        "'grade'")]
    [DataRow("gone", "spends=1", "--positive: 'spends=1' is for a binary label, and 'spends' is Regression")]
    [DataRow("gone", "buys=", "--positive: 'buys=' has no value")]
    [DataRow("gone", "gone buys=gone", "--positive: 'gone' is one value for all labels beside others; " +
        "COLUMN=VALUE is expected")]
    [DataRow("gone", "buys=gone buys=stays x=1", "--positive: 'buys' is given twice; 'x=1' names no label column")]
    [DataRow("yes/no", "no",
        "d.csv: label column 'buys' holds 'no', 'yes', of which 'no' says no; --positive cannot make " +
        "it yes, rename the values or leave it out")]
    [DataRow("gone/third", "gone",
        "d.csv: label column 'buys' holds 'gone', 'stays', 'third'; --positive 'gone' needs " +
        "two values, and --kind multiclass takes any")]
    [DataRow("gone", "", "counts as 1, and --kind multiclass takes any texts")]
    public async Task Train_PositiveThatCannotBe_SaysWhy(string values, string positive, string message)
    {
        using var folder = new TemporaryFolder();
        string[] lines = values == "yes/no" ? Lines("no", "yes") : Lines("stays", "gone");
        if (values == "gone/third")
            lines[9] = lines[9].Replace(",stays,", ",third,").Replace(",gone,", ",third,");
        string[] option = positive.Length == 0 ? [] : ["--positive", .. positive.Split(' ')];
        foreach (string verb in positive.Length == 0 ? new[] { "train" } : ["train", "affinity", "sweep"])
            (await ToolRun.Of([verb, "--data", folder.Write("d.csv", lines), .. Labels, .. option, .. verb == "affinity"
                ? Array.Empty<string>() : ["--out", folder["m.mtsk"]]])).AssertBadInput(message);
    }

    [TestMethod]
    public async Task Train_Init_GoesOnWithTheValuesOfTheModelAndRefusesOthers()
    {
        using var folder = new TemporaryFolder();
        string[] further = ["train", "--data", await Train(folder), .. Labels, "--init", folder["m.mtsk"], "--epochs",
            "2"];
        ToolRun run = await ToolRun.Of(further);
        run.AssertOk();
        StringAssert.Contains(run.Output, "'gone' counts as 1, 'stays' as 0", StringComparison.Ordinal);
        (await ToolRun.Of([.. further, "--positive", "stays"])).AssertBadInput("label column 'buys': in the model of " +
            "--init 'gone' counts as 1, 'stays' as 0, --positive says 'stays'");
    }

    [TestMethod]
    public async Task Train_TaskIds_AllTasksHaveTheValues()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", ["x,task,y", .. Enumerable.Range(0, 120).Select(i =>
            $"{i * 37 % 11},{(i % 2 == 0 ? "a" : "b")},{(i * 37 % 11 > 5 == (i % 2 == 0) ? "bad" : "good")}")]);
        (await ToolRun.Of("train", "--data", file, "--label", "y", "--kind", "binary", "--task-id", "task",
            "--positive",
            "bad", "--grouping", "all", "--epochs", "3", "--out", folder["m.mtsk"])).AssertOk();
        (await ToolRun.Of("evaluate", "--model", folder["m.mtsk"], "--data", file, "--label", "y", "--task-id", "task",
            "--json", folder["e.json"])).AssertOk();
        JsonElement perTask = JsonDocument.Parse(File.ReadAllText(folder["e.json"])).RootElement.GetProperty("perTask");
        CollectionAssert.AreEqual(new[] { "a", "b" }, perTask.EnumerateObject().Select(t => t.Name).ToArray());
    }

    [TestMethod]
    public async Task Sweep_ItsConfigAndItsCode_SayTheValue()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", Lines("stays", "gone"));
        string[] quick = ["--folds", "2", "--method", "none", "--trials", "2", .. SmallData.Quick];
        (await ToolRun.Of(["sweep", "--data", file, .. Labels, "--positive", "buys=gone", .. quick, "--out",
            folder["a"]])).AssertOk();
        string config = Path.Combine(folder["a"], "d.mtconfig");
        Assert.AreEqual("[\"buys=gone\"]",
            JsonNode.Parse(File.ReadAllText(config))!["DataSource"]!["Positive"]!.ToJsonString());
        (await ToolRun.Of(["sweep", "--config", config, "--out", folder["b"]])).AssertOk();
        CollectionAssert.AreEqual(File.ReadAllBytes(Path.Combine(folder["a"], "model.mtsk")),
            File.ReadAllBytes(Path.Combine(folder["b"], "model.mtsk")));
        StringAssert.Contains(File.ReadAllText(Path.Combine(folder["a"], "d.training.cs")),
            "TaskColumn.Binary(\"buys\", positive: \"gone\")", StringComparison.Ordinal);
        var code = new Sweeps.GeneratedCode(folder["a"], "d") { ModelPath = folder["again.mtsk"] };
        code.Train(new Microsoft.ML.MLContext(1), file, folder["again.mtsk"]);
    }

    private static async Task<string> Train(TemporaryFolder folder, string model = "m.mtsk")
    {
        string file = folder.Write("d.csv", Lines("stays", "gone"));
        (await ToolRun.Of(["train", "--data", file, .. Labels, .. SmallData.Quick, "--grouping", "all", "--positive",
            "gone", "--out", folder[model]])).AssertOk();
        return file;
    }

    private static async Task<string> Output(params string[] args)
    {
        ToolRun run = await ToolRun.Of(args);
        run.AssertOk();
        return run.Output;
    }

    private static string[] Lines(string no, string yes)
    {
        string[] lines = SmallData.Lines();
        int place = Array.IndexOf(SmallData.Header.Split(','), "buys");
        return [lines[0], .. lines[1..].Select(line =>
        {
            string[] cells = line.Split(',');
            cells[place] = cells[place] == "1" ? yes : no;
            return string.Join(',', cells);
        })];
    }
}
