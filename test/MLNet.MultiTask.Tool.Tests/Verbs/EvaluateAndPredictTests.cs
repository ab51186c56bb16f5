using System.Globalization;
using System.Text.Json;

namespace MLNet.MultiTask.Tool.Tests.Verbs;

[TestClass]
public sealed class EvaluateAndPredictTests
{
    [TestMethod]
    public async Task Predict_DecimalCommaOfTheTraining_IsTheModels()
    {
        using var folder = new TemporaryFolder();
        string[] lines = [.. Enumerable.Range(0, 60).Select(i => $"{i % 7},{i % 10};{i % 2}")];
        (await ToolRun.Of("train", "--data", folder.Write("d.csv", ["x;A", .. lines]), "--label", "A",
            "--kind", "binary",
            "--decimal-comma", "--grouping", "all", "--epochs", "2", "--out", folder["m.mtsk"])).AssertOk();

        ToolRun same = await ToolRun.Of("predict", "--model", folder["m.mtsk"], "--data",
            folder.Write("n.csv", "x;y", "2,5;1"));
        same.AssertOk();
        ToolRun point = await ToolRun.Of("predict", "--model", folder["m.mtsk"], "--decimal-comma", "false", "--data",
            folder.Write("n.csv", "x;y", "2.5;1"));
        point.AssertOk();
        Assert.AreEqual(same.Output, point.Output);
    }

    [TestMethod]
    public async Task Predict_TargetsFarFromZero_KeepsTheirDigits()
    {
        using var folder = new TemporaryFolder();
        string[] lines = [.. Enumerable.Range(0, 80).Select(i => $"{i % 8},{1_700_000_000 + i % 8}")];
        string file = folder.Write("d.csv", ["x,t", .. lines]);
        (await ToolRun.Of("train", "--data", file, "--label", "t", "--kind", "regression", "--grouping", "all",
            "--epochs", "200", "--out", folder["m.mtsk"])).AssertOk();
        ToolRun run = await ToolRun.Of("predict", "--model", folder["m.mtsk"], "--data", file);

        run.AssertOk();
        double[] scores = [.. run.Output.TrimEnd('\n').Split('\n')[1..]
            .Select(l => double.Parse(l, CultureInfo.InvariantCulture))];
        for (int i = 0; i < scores.Length; i++)
            Assert.AreEqual(1_700_000_000 + i % 8, scores[i], 1, $"row {i}");
    }

    [TestMethod]
    public async Task Evaluate_SavedModel_GivesTheTestMetricsOfTraining()
    {
        using var folder = new TemporaryFolder();
        string file = await Train(folder);

        ToolRun run = await ToolRun.Of("evaluate", "--model", folder["m.mtsk"], "--data", file, "--json",
            folder["e.json"]);

        run.AssertOk();
        JsonElement trained = Json(folder["t.json"]), evaluated = Json(folder["e.json"]);
        Assert.AreEqual(trained.GetProperty("splitCheck").GetString(), evaluated.GetProperty("splitCheck").GetString());
        Assert.IsTrue(JsonElement.DeepEquals(
            trained.GetProperty("arms").GetProperty("grouped").GetProperty("perTask"),
            evaluated.GetProperty("perTask")));
    }

    [TestMethod]
    public async Task Evaluate_ModelOfAnotherSplit_FindsItsTestRowsByItself()
    {
        using var folder = new TemporaryFolder();
        string file = await Train(folder, "--split-seed", "5", "--max-rows", "50");
        string[] evaluate = ["evaluate", "--model", folder["m.mtsk"], "--data", file, "--json", folder["e.json"]];

        (await ToolRun.Of(evaluate)).AssertOk();

        JsonElement trained = Json(folder["t.json"]), evaluated = Json(folder["e.json"]);
        Assert.AreEqual(trained.GetProperty("splitCheck").GetString(), evaluated.GetProperty("splitCheck").GetString());
        Assert.AreEqual(10, evaluated.GetProperty("rows").GetInt32());
        Assert.IsTrue(JsonElement.DeepEquals(
            trained.GetProperty("arms").GetProperty("grouped").GetProperty("perTask"),
            evaluated.GetProperty("perTask")));
        (await ToolRun.Of([.. evaluate, "--part", "all"])).AssertOk();
        Assert.AreEqual(60, Json(folder["e.json"]).GetProperty("rows").GetInt32());
        (await ToolRun.Of([.. evaluate, "--split-seed", "6"])).AssertOk();
        Assert.AreEqual(12, Json(folder["e.json"]).GetProperty("rows").GetInt32());
    }

    [TestMethod]
    public async Task Evaluate_PartOfAnotherFile_IsRefused()
    {
        using var folder = new TemporaryFolder();
        await Train(folder);
        string other = folder.Write("other.csv", SmallData.Lines(30));

        (await ToolRun.Of("evaluate", "--model", folder["m.mtsk"], "--data", other, "--part", "test")).AssertBadInput(
            "The model was trained on a file of 60 rows, other.csv has 30: it has no test part.");
        (await ToolRun.Of("evaluate", "--model", folder["m.mtsk"], "--data", other, "--part", "all")).AssertOk();
        ToolRun unasked = await ToolRun.Of("evaluate", "--model", folder["m.mtsk"], "--data", other);
        unasked.AssertOk();
        StringAssert.Contains(unasked.Error,
            "Note: the model was trained on a file of 60 rows, other.csv has 30: all " +
            "rows are scored; metrics are too good where rows of the training are among them.",
            StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Predict_SavedModel_RepeatsTheScoresWithoutLabels()
    {
        using var folder = new TemporaryFolder();
        string file = await Train(folder);
        string[] features = [.. File.ReadAllLines(file).Select(l => string.Join(',', l.Split(',')[1..4].Reverse()))];
        string stripped = folder.Write("new.csv", features);

        ToolRun run = await ToolRun.Of("predict", "--model", folder["m.mtsk"], "--data", stripped, "--out",
            folder["p.csv"], "--json", folder["p.json"]);

        run.AssertOk();
        string[] lines = File.ReadAllLines(folder["p.csv"]);
        Assert.AreEqual("Probability.buys,PredictedLabel.buys,Score.spends," +
            "Probability.grade.A,Probability.grade.B,Probability.grade.C,PredictedLabel.grade", lines[0]);
        Assert.AreEqual(61, lines.Length);
        string[] truth = File.ReadAllLines(file);
        int right = lines.Zip(truth).Skip(1).Count(p => p.First.Split(',')[1] == p.Second.Split(',')[4]);
        Assert.IsTrue(right > 45, $"{right} of 60 right");
        foreach (string[] cells in lines.Skip(1).Select(l => l.Split(',')))
            Assert.AreEqual(1, Enumerable.Range(3, 3).Sum(c => double.Parse(cells[c], CultureInfo.InvariantCulture)),
                1e-5);
        Assert.AreEqual(double.Parse(lines[5].Split(',')[2], CultureInfo.InvariantCulture),
            Json(folder["p.json"]).GetProperty("columns").GetProperty("Score.spends")[4].GetDouble());
    }

    [TestMethod]
    public async Task Predict_BadFiles_AreNamed()
    {
        using var folder = new TemporaryFolder();
        string file = await Train(folder);
        string model = folder["m.mtsk"];

        (await ToolRun.Of("predict", "--model", file, "--data", file)).AssertBadInput($"Cannot load '{file}'");
        (await ToolRun.Of("predict", "--model", folder["no.mtsk"], "--data", file))
            .AssertBadInput($"Cannot read '{folder["no.mtsk"]}'");
        (await ToolRun.Of("predict", "--data", file)).AssertBadInput("--model");
        (await ToolRun.Of("predict", "--model", model, "--data", folder.Write("few.csv", "x,z", "1,2")))
            .AssertBadInput("few.csv has no column 'color', wanted as feature column");
        (await ToolRun.Of("predict", "--model", model, "--data",
            folder.Write("text.csv", "x,z,color", "1,2,red", "1,tall,red")))
            .AssertBadInput("text.csv line 3: feature column 'z' holds 'tall'; a finite number is expected as in " +
                "training");
        (await ToolRun.Of("predict", "--model", model, "--data", folder.Write("far.csv", "x,z,color", "1,1e300,red")))
            .AssertBadInput("far.csv line 2: feature column 'z' holds '1e300'");
        (await ToolRun.Of("evaluate", "--model", model, "--data",
            folder.Write("class.csv", "x,z,color,buys,spends,grade", "1,2,red,1,0,Z"), "--part", "all"))
            .AssertBadInput("class.csv line 2: label column 'grade' holds 'Z'; the model knows A, B, C");
        (await ToolRun.Of("evaluate", "--model", model, "--data", file, "--label", "w", "--kind", "regression"))
            .AssertBadInput("The model has no task 'w'; it has buys, spends, grade");
        (await ToolRun.Of("evaluate", "--model", model, "--data", file, "--label", "spends", "--kind", "binary"))
            .AssertBadInput("Task 'spends' is Binary in the data, but Regression in the model");
    }

    [TestMethod]
    public async Task Evaluate_SomeLabels_LeavesTheOthersUndefined()
    {
        using var folder = new TemporaryFolder();
        string file = await Train(folder);

        ToolRun run = await ToolRun.Of("evaluate", "--model", folder["m.mtsk"], "--data", file,
            "--label", "spends", "--kind", "regression", "--part", "all", "--json", folder["e.json"]);

        run.AssertOk();
        JsonElement tasks = Json(folder["e.json"]).GetProperty("perTask");
        Assert.AreEqual(JsonValueKind.Null, tasks.GetProperty("buys").GetProperty("auc").ValueKind);
        Assert.IsTrue(tasks.GetProperty("spends").GetProperty("rmse").GetDouble() > 0);
    }

    private static async Task<string> Train(TemporaryFolder folder, params string[] options)
    {
        string file = folder.Write("d.csv", SmallData.Lines());
        ToolRun run = await ToolRun.Of(["train", "--data", file, .. SmallData.Labels, "--grouping", "0,1|2",
            "--out", folder["m.mtsk"], "--json", folder["t.json"], .. options]);
        run.AssertOk();
        return file;
    }

    private static JsonElement Json(string path) => JsonDocument.Parse(File.ReadAllText(path)).RootElement;
}
