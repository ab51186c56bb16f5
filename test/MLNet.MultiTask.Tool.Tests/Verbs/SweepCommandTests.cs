using System.Text.Json;

namespace MLNet.MultiTask.Tool.Tests.Verbs;

[TestClass]
public sealed class SweepCommandTests
{
    private static readonly string[] Quick =
        [.. SmallData.Quick, "--trials", "4", "--folds", "2", "--method", "label-correlation"];

    [TestMethod]
    public async Task Sweep_Small_WritesModelHistoryReportAndTheDocumentedKeys()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines());
        ToolRun run = await ToolRun.Of(
            ["sweep", "--data", file, .. SmallData.Labels, .. Quick, "--out", folder["found"],
            "--json", folder["r.json"]]);
        run.AssertOk();
        JsonElement json = JsonDocument.Parse(File.ReadAllText(folder["r.json"])).RootElement;
        Assert.AreEqual(4, json.GetProperty("trials").GetInt32());
        Assert.AreEqual("MaxTrials", json.GetProperty("stopped").GetString());
        Assert.AreEqual("shared-bottom", json.GetProperty("best").GetProperty("learner").GetString());
        Assert.AreEqual(3, TaskGrouping.Parse(json.GetProperty("best").GetProperty("grouping").GetString()!).TaskCount);
        foreach (string arm in new[] { "single", "all", "grouped", "best" })
        {
            JsonElement spends = json.GetProperty("table").GetProperty(arm).GetProperty("perTask")
                .GetProperty("spends");
            Assert.IsTrue(spends.GetProperty("rmse").GetProperty("mean").GetDouble() > 0);
            Assert.IsTrue(spends.GetProperty("rmse").GetProperty("sd").GetDouble() >= 0);
        }
        Assert.AreEqual(4, File.ReadAllLines(Path.Combine(folder["found"], "history.jsonl"))
            .Count(l => l.StartsWith("{\"trial\":", StringComparison.Ordinal)));
        StringAssert.Contains(File.ReadAllText(Path.Combine(folder["found"], "report.html")), "</html>");
        (await ToolRun.Of("predict", "--model", Path.Combine(folder["found"], "model.mtsk"), "--data", file, "--out",
            folder["scores.csv"])).AssertOk();
    }

    [TestMethod]
    public async Task Sweep_TaskSetAside_CountsInNoMean()
    {
        using var folder = new TemporaryFolder();
        ToolRun run = await ToolRun.Of(["sweep", "--data", folder.Write("d.csv", SmallData.WithAll("buys", "1")),
            .. SmallData.Labels, .. Quick, "--out", folder["f"], "--json", folder["r.json"]]);
        run.AssertOk();
        JsonElement json = JsonDocument.Parse(File.ReadAllText(folder["r.json"])).RootElement;
        Assert.AreEqual("buys", json.GetProperty("setAside").EnumerateArray().Single().GetString());
        JsonElement best = json.GetProperty("table").GetProperty("best");
        // Of those with these metrics only the grade is left: a constant that is always right would halve its log-loss.
        foreach (string metric in new[] { "logloss", "accuracy" })
            Assert.AreEqual(Mean(best.GetProperty("perTask").GetProperty("grade"), metric),
                Mean(best.GetProperty("macro"), metric), 1e-12, metric);
        System.Text.RegularExpressions.Match shown = System.Text.RegularExpressions.Regex.Match(run.Output,
            @"single\W+(\d)\W");
        Assert.AreEqual("2", shown.Groups[1].Value, run.Output);

        static double Mean(JsonElement own, string metric) =>
            own.GetProperty(metric).GetProperty("mean").GetDouble();
    }

    [TestMethod]
    public async Task Sweep_Again_GoesOnFromTheHistory()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines());
        string[] line = ["sweep", "--data", file, .. SmallData.Labels, .. Quick, "--out", folder["found"]];
        (await ToolRun.Of(line)).AssertOk();
        byte[] model = File.ReadAllBytes(Path.Combine(folder["found"], "model.mtsk"));
        (await ToolRun.Of(line)).AssertOk();
        CollectionAssert.AreEqual(model, File.ReadAllBytes(Path.Combine(folder["found"], "model.mtsk")));
        (await ToolRun.Of([.. line, "--seed", "5"])).AssertBadInput("is of another sweep: it has 'seed 1, 2 folds'");
    }

    [TestMethod]
    public async Task Sweep_EveryTrial_IsALineOfTheTable()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines());
        ToolRun run = await ToolRun.Of(["sweep", "--data", file, .. SmallData.Labels, .. Quick, "--out", folder["f"]]);
        run.AssertOk();
        string[] lines = [.. run.Error.Split('\n')
            .SkipWhile(l => !l.Contains("loss ± noise", StringComparison.Ordinal)).Skip(1)
            .Take(4)];
        var shape = new System.Text.RegularExpressions.Regex(
            @"^ *([1-4])/4 +(\d\.\d{4}( ± \d\.\d{4})?|stopped, worse) +\d\.\d{4} \([1-4]\) +\d\d:\d\d:\d\d  " +
            "shared-bottom: .*buys");
        for (int i = 0; i < 4; i++)
        {
            Assert.IsTrue(shape.IsMatch(lines[i]), lines[i]);
            Assert.AreEqual($"{i + 1}", shape.Match(lines[i]).Groups[1].Value);
        }
        StringAssert.Contains(lines[0], "buys | spends | grade");
        StringAssert.Contains(lines[1], " ± ");
    }

    [TestMethod]
    public async Task Sweep_Interrupted_KeepsTheBestSoFar()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines());
        using var stop = new CancellationTokenSource();
        using var error = new InterruptingWriter(stop, "2/30 ");
        using StringWriter output = new();
        int code = await ToolApplication.RunAsync(
            ["sweep", "--data", file, .. SmallData.Labels, "--hidden", "8", "--epochs", "5", "--folds", "2",
            "--method", "none", "--out", folder["f"], "--json", folder["r.json"]], output, error, stop.Token);
        Assert.AreEqual(ExitCode.Ok, code, error.ToString());
        StringAssert.Contains(output.ToString(), "stopped: Cancelled after 2 trials");
        Assert.AreEqual("Cancelled", JsonDocument.Parse(File.ReadAllText(folder["r.json"])).RootElement
            .GetProperty("stopped").GetString());
        (await ToolRun.Of("predict", "--model", Path.Combine(folder["f"], "model.mtsk"), "--data", file, "--out",
            folder["scores.csv"])).AssertOk();
        Assert.IsTrue(File.Exists(Path.Combine(folder["f"], "report.html")));
        // What was tried is there to go on from.
        Assert.AreEqual(2, File.ReadAllLines(Path.Combine(folder["f"], "history.jsonl"))
            .Count(l => l.StartsWith("{\"trial\":", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Sweep_Minutes_AreKeptToTheLastLine()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines());
        const double seconds = 8;
        string[] widths = [.. Enumerable.Range(1, 40).Select(i => $"{i}")];
        string[] rates = [.. Enumerable.Range(2, 20).Select(i => $"0.{i:000}")];
        var watch = System.Diagnostics.Stopwatch.StartNew();
        ToolRun run = await ToolRun.Of(
            ["sweep", "--data", file, .. SmallData.Labels, .. SmallData.Quick, "--folds", "2",
            "--widths", .. widths, "--learning-rates", .. rates, "--minutes",
            (seconds / 60).ToString(System.Globalization.CultureInfo.InvariantCulture), "--method", "none", "--out",
            folder["f"]]);
        run.AssertOk();
        StringAssert.Contains(run.Output, "stopped: MaxTime");
        // Target 1 s; the bound leaves room for a busy machine.
        Assert.IsLessThan(seconds + 2, watch.Elapsed.TotalSeconds);
        Assert.IsTrue(File.Exists(Path.Combine(folder["f"], "model.mtsk")));
    }

    [TestMethod]
    public async Task Sweep_FolderInUse_IsRefusedAndNothingWritten()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines());
        Directory.CreateDirectory(folder["f"]);
        using FileStream other = new(Path.Combine(folder["f"], "history.jsonl"), FileMode.Create, FileAccess.ReadWrite,
            FileShare.None);
        (await ToolRun.Of(["sweep", "--data", file, .. SmallData.Labels, .. Quick, "--out", folder["f"], "--json",
            folder["r.json"]])).AssertBadInput("is in use by another sweep");
        CollectionAssert.AreEqual(new[] { "history.jsonl" },
            Directory.GetFiles(folder["f"]).Select(Path.GetFileName).ToArray());
        Assert.IsFalse(File.Exists(folder["r.json"]));
    }

    /// <summary>Presses Ctrl-C as soon as a text was written.</summary>
    private sealed class InterruptingWriter(CancellationTokenSource stop, string at) : StringWriter
    {
        public override void Write(char value) => Look(() => base.Write(value));

        public override void Write(string? value) => Look(() => base.Write(value));

        public override void Write(char[] buffer, int index, int count) => Look(() => base.Write(buffer, index, count));

        public override void WriteLine(string? value) => Look(() => base.WriteLine(value));

        private void Look(Action write)
        {
            write();
            if (!stop.IsCancellationRequested && ToString().Contains(at, StringComparison.Ordinal))
                stop.Cancel();
        }
    }

    [TestMethod]
    public async Task Sweep_BadInput_IsOneSentence()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines());
        string[] line = ["sweep", "--data", file, .. SmallData.Labels, .. SmallData.Quick];
        (await ToolRun.Of(line)).AssertBadInput("--out is needed");
        (await ToolRun.Of([.. line, "--out", folder["f"], "--trials", "0"]))
            .AssertBadInput("--trials is 0; at least 1");
        (await ToolRun.Of([.. line, "--out", folder["f"], "--minutes", "0"]))
            .AssertBadInput("--minutes is 0; a positive");
        (await ToolRun.Of([.. line, "--out", file])).AssertBadInput("cannot be a folder");
        (await ToolRun.Of([.. line, "--out", folder["f"], "--widths", "8;4"])).AssertBadInput("'8;4' is no list");
        Assert.IsFalse(Directory.Exists(folder["f"]), "a refused sweep leaves nothing");
        Directory.CreateDirectory(folder["own"]);
        (await ToolRun.Of([.. line, "--out", folder["own"], "--trials", "0"])).AssertBadInput("--trials is 0");
        Assert.IsTrue(Directory.Exists(folder["own"]), "a folder that was there stays");
    }

    [TestMethod]
    public async Task Sweep_Config_IsTheSameAsItsOptions()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines());
        string config = folder.Write("small.mtconfig", """
            { "Type": "TrainingConfig", "Version": 1, "Scenario": "MultiTask",
              "DataSource": { "Type": "TabularFile", "Version": 3, "FilePath": "d.csv", "ColumnProperties": [
                { "Type": "Column", "Version": 5, "ColumnName": "id", "ColumnPurpose": "Ignore" },
                { "Type": "Column", "Version": 5, "ColumnName": "buys", "ColumnPurpose": "Label", "ColumnDataFormat": "Boolean" },
                { "Type": "Column", "Version": 5, "ColumnName": "spends", "ColumnPurpose": "Label", "ColumnDataFormat": "Single" },
                { "Type": "Column", "Version": 5, "ColumnName": "grade", "ColumnPurpose": "Label", "ColumnDataFormat": "String" } ] },
              "TrainingOption": { "Type": "MultiTaskTrainingOption", "Version": 0, "MaxModelToExplore": 3, "Seed": 4 } }
            """.Split('\n'));
        string[] quick = [.. SmallData.Quick, "--folds", "2", "--method", "none", "--no-timings"];
        (await ToolRun.Of(["sweep", "--config", config, .. quick, "--out", folder["a"], "--json", folder["a.json"]]))
            .AssertOk();
        (await ToolRun.Of(["sweep", "--data", file, "--label", "buys", "spends", "grade", "--kind", "binary",
            "regression", "multiclass", "--ignore", "id", "--trials", "3", "--seed", "4", .. quick,
            "--out", folder["b"], "--json", folder["b.json"]])).AssertOk();
        Assert.AreEqual(File.ReadAllText(folder["b.json"]), File.ReadAllText(folder["a.json"]));
    }

    [TestMethod]
    [DataRow("""{ "Type": "TrainingConfig", "Version": 9 }""", "it is of version 9; up to 1 is known here")]
    [DataRow("""{ "Type": "Other" }""", "its Type is 'Other', 'TrainingConfig' is expected")]
    [DataRow("""{ "Version": 1 }""", "DataSource is missing")]
    [DataRow("""{ "Type": "TrainingConfig", "Version": 1, "DataSource": { "Type": "TabularFile", "Version": 3, "FilePath": "d.csv", "ColumnProperties": [ { "Type": "Column", "Version": 5, "ColumnName": "x", "ColumnPurpose": "Feature" } ] } }""",
        "no column has the ColumnPurpose 'Label'")]
    [DataRow("""{ "Type": "TrainingConfig", "Version": 1, "Trials": 3, "DataSource": { "FilePath": 3, "ColumnProperties": [ { "Type": "Column", "Version": 5, "ColumnName": "x", "ColumnPurpose": "Lable", "Color": 1 } ] } }""",
        "Trials is not known; $schema, Type, Version, Scenario, DataSource, Environment, TrainingOption, RunHistory " +
        "are; " +
        "DataSource.Type is missing; DataSource.Version is missing; DataSource.FilePath is 3, a string is expected; " +
        "DataSource.ColumnProperties[0].ColumnPurpose is 'Lable', one of 'Feature', 'Label', 'Weight', 'TaskId', " +
        "'Ignore' " +
        "is expected; DataSource.ColumnProperties[0].Color is not known; Type, Version, ColumnName, ColumnPurpose, " +
        "ColumnDataFormat, IsCategorical, TaskKind are.")]
    [DataRow("[1]", "it is no JSON object")]
    [DataRow("{", "cannot be used")]
    public async Task Sweep_BadConfig_SaysWhy(string content, string message)
    {
        using var folder = new TemporaryFolder();
        string config = folder.Write("c.mtconfig", [content]);
        (await ToolRun.Of("sweep", "--config", config, "--out", folder["f"])).AssertBadInput(message);
    }

    [TestMethod]
    public async Task Sweep_ModelBuildersConfig_GivesItsLabel()
    {
        using var folder = new TemporaryFolder();
        folder.Write("d.csv", SmallData.Lines());
        string config = folder.Write("m.mbconfig", """
            { "Type": "TrainingConfig", "Version": 5, "Scenario": "Regression",
              "DataSource": { "Type": "TabularFile", "Version": 3, "FilePath": "d.csv", "ColumnProperties": [
                { "ColumnName": "spends", "ColumnPurpose": "Label", "ColumnDataFormat": "Single" },
                { "ColumnName": "grade", "ColumnPurpose": "Ignore" }, { "ColumnName": "id", "ColumnPurpose": "Ignore" } ] },
              "TrainingOption": { "Type": "RegressionTrainingOption", "Version": 2, "LabelColumn": "spends" } }
            """.Split('\n'));
        ToolRun run = await ToolRun.Of(
            ["sweep", "--config", config, .. SmallData.Quick, "--trials", "1", "--folds", "2",
            "--out", folder["f"]]);
        run.AssertOk();
        StringAssert.Contains(run.Output, "groups: spends");
    }
}
