using System.Globalization;
using Microsoft.ML;
using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Tool.Learners;
using MLNet.MultiTask.Tool.Sweeps;

namespace MLNet.MultiTask.Tool.Tests.Sweeps;

[TestClass]
public sealed class GeneratedCodeTests
{
    private static readonly string[] Quick =
        [.. SmallData.Quick, "--trials", "3", "--folds", "2", "--method", "none", "--widths", "6", "--weighting",
            "cagrad"];

    [TestMethod]
    public async Task Predict_ManyThreads_SaysWhatTheCommandSays()
    {
        using var folder = new TemporaryFolder();
        string[] lines = SmallData.Lines();
        string file = folder.Write("small data.csv", lines);
        (await ToolRun.Of(["sweep", "--data", file, .. SmallData.Labels, .. Quick, "--out", folder["found"]]))
            .AssertOk();
        string model = Path.Combine(folder["found"], "model.mtsk");
        (await ToolRun.Of("predict", "--model", model, "--data", file, "--out", folder["scores.csv"])).AssertOk();
        Dictionary<string, string>[] scores = Rows(File.ReadAllLines(folder["scores.csv"]));
        var code = new GeneratedCode(folder["found"], "small data") { ModelPath = model };
        Dictionary<string, string>[] rows = Rows(lines);
        object[] outputs = new object[20 * rows.Length];
        Parallel.For(0, outputs.Length, i => outputs[i] = code.Predict(code.Row(rows[i % rows.Length])));
        for (int i = 0; i < outputs.Length; i++)
        {
            Dictionary<string, string> expected = scores[i % rows.Length];
            Assert.AreEqual(Number(expected["Probability.buys"]),
                (float)GeneratedCode.Value(outputs[i], "BuysProbability"), 1e-6);
            Assert.AreEqual(Number(expected["Score.spends"]), (float)GeneratedCode.Value(outputs[i], "Spends"), 1e-4);
            Assert.AreEqual(expected["PredictedLabel.grade"], GeneratedCode.Value(outputs[i], "Grade"));
            Assert.AreEqual(Number(expected["Probability.grade.B"]),
                (float)GeneratedCode.Value(outputs[i], "GradeProbabilities", 1), 1e-6);
        }
    }

    [TestMethod]
    public async Task Train_TheDataAgain_GivesAModelThatPredictReads()
    {
        using var folder = new TemporaryFolder();
        string[] lines = SmallData.Lines(200);
        string file = folder.Write("small.csv", lines);
        (await ToolRun.Of(
            ["sweep", "--data", file, .. SmallData.Labels, .. Quick[4..], "--hidden", "8", "--epochs", "60",
            "--out", folder["found"]])).AssertOk();
        var code = new GeneratedCode(folder["found"], "small");
        var context = new MLContext(1);
        code.Train(context, file, folder["again.mtsk"]);
        code.ModelPath = folder["again.mtsk"];
        Dictionary<string, string>[] rows = Rows(lines);
        int right = rows.Count(r => (bool)GeneratedCode.Value(code.Predict(code.Row(r)), "Buys") == (r["buys"] == "1"));
        Assert.IsGreaterThan(rows.Length * 3 / 4, right);
        string training = File.ReadAllText(Path.Combine(folder["found"], "small.training.cs"));
        StringAssert.Contains(training, "Weighting = TaskWeightings.Parse(\"cagrad");
        StringAssert.Contains(training, "MaxEpochs = 60,");
    }

    [TestMethod]
    public async Task Code_OddNames_Compiles()
    {
        using var folder = new TemporaryFolder();
        string[] lines = SmallData.Lines();
        // Two columns with the same identifier, quotes, a keyword, the name of the class itself.
        lines[0] = "id,a-b,\"a \"\"b\",class,model input,2nd,a\\b,w";
        string file = folder.Write("tasks.csv", lines);
        (await ToolRun.Of(["sweep", "--data", file, "--label", "model input", "2nd", "a\\b", "--kind", "binary",
            "regression", "multiclass", "--ignore", "id", "w", .. Quick, "--out", folder["found"]])).AssertOk();
        var code = new GeneratedCode(folder["found"], "tasks");
        CollectionAssert.AreEqual(new[] { "AB", "AB2", "Class" },
            code.Input.GetProperties().Select(p => p.Name).ToArray());
    }

    [TestMethod]
    [DataRow("shared-bottom")]
    [DataRow("task-tree")]
    [DataRow("tabular")]
    [DataRow("trees")]
    [DataRow("linear")]
    [DataRow("ensemble")]
    [DataRow("per-task-lightgbm")]
    public async Task Trainer_EveryLearnerOfTheCommand_Compiles(string learner)
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("small.csv", SmallData.Lines());
        await WriteCode(folder, file, new SweepPoint(TaskGrouping.Parse("0|1"), learner), new TrainingOptions
        {
            Hidden = [5], EarlyStopping = EarlyStopping.PerTask, Dropout = 0.25f,
        });
        _ = new GeneratedCode(Path.GetDirectoryName(file)!, "small");
        string code = await File.ReadAllTextAsync(folder["small.training.cs"]);
        Assert.AreEqual(learner is "shared-bottom" or "ensemble" or "task-tree",
            code.Contains("Dropout = 0.25f,", StringComparison.Ordinal));
    }

    [TestMethod]
    public async Task Train_GroupingWithHelpers_ServesEveryTaskOnce()
    {
        using var folder = new TemporaryFolder();
        string[] lines = SmallData.Lines(200);
        string file = folder.Write("small.csv", lines);
        DataDescription description = new()
        {
            Path = file, Labels = [new("buys", TaskKind.Binary), new("spends", TaskKind.Regression)],
                Ignored = ["id", "grade", "w"],
        };
        DataSet data = DataSet.Read(description, 1, null, CancellationToken.None);
        await File.WriteAllTextAsync(folder["small.consumption.cs"],
            new ConsumptionCode("SmallModel", data).ToString());
        string training = new TrainingCode("SmallModel", description, data,
            new SweepPoint(TaskGrouping.Parse("0,(1)|1"), "trees"), new TrainingOptions()).ToString();
        await File.WriteAllTextAsync(folder["small.training.cs"], training);
        StringAssert.Contains(training, "; in parentheses: helps to train it and is served elsewhere.");
        var code = new GeneratedCode(Path.GetDirectoryName(file)!, "small") { ModelPath = folder["small.mtsk"] };
        var context = new MLContext(1);
        code.Train(context, file, folder["small.mtsk"]);
        ITransformer model = context.MultiTask().Load(folder["small.mtsk"], out _);
        Assert.AreEqual("0,(1)|1",
            ((IEnumerable<ITransformer>)model).OfType<MultiTaskPredictionTransformer>().Single().Model
            .Grouping.ToString());
        Dictionary<string, string>[] rows = Rows(lines);
        Assert.IsGreaterThan(rows.Length * 3 / 4, rows.Count(r =>
            (bool)GeneratedCode.Value(code.Predict(code.Row(r)), "Buys") == (r["buys"] == "1")));
    }

    [TestMethod]
    [DataRow("0|1", "shared-bottom hidden=6 | per-task-lightgbm")]
    [DataRow("0|1", "task-tree | tabular members=2")]
    [DataRow("0|1", "ensemble | linear")]
    public async Task Trainer_LearnersPerGroup_Compiles(string grouping, string learners)
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("small.csv", SmallData.Lines());
        await WriteCode(folder, file, SweepPoint.Parse(TaskGrouping.Parse(grouping), learners));
        _ = new GeneratedCode(Path.GetDirectoryName(file)!, "small");
        string code = await File.ReadAllTextAsync(folder["small.training.cs"]);
        StringAssert.Contains(code, "Trainers.PerGroup(new PerGroupTrainer.Options");
    }

    [TestMethod]
    public async Task Train_LearnersPerGroup_AreThoseOfTheChoice()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("small.csv", SmallData.Lines(120));
        await WriteCode(folder, file, SweepPoint.Parse(TaskGrouping.Parse("0|1"), "trees | shared-bottom hidden=6"));
        var code = new GeneratedCode(Path.GetDirectoryName(file)!, "small");
        var context = new MLContext(1);
        code.Train(context, file, folder["small.mtsk"]);
        ITransformer model = context.MultiTask().Load(folder["small.mtsk"], out _);
        CollectionAssert.AreEqual(new[] { "boosted-trees", "shared-bottom" }, ((IEnumerable<ITransformer>)model)
            .OfType<MultiTaskPredictionTransformer>().Single().Model.Models.Select(m => m.Kind).ToArray());
    }

    private static async Task WriteCode(TemporaryFolder folder, string file, SweepPoint point,
        TrainingOptions? training = null)
    {
        DataDescription description = new()
        {
            Path = file, Labels = [new("buys", TaskKind.Binary), new("grade", TaskKind.Multiclass)],
                Ignored = ["id", "spends", "w"],
        };
        DataSet data = DataSet.Read(description, 1, null, CancellationToken.None);
        await File.WriteAllTextAsync(folder["small.consumption.cs"],
            new ConsumptionCode("SmallModel", data).ToString());
        await File.WriteAllTextAsync(folder["small.training.cs"],
            new TrainingCode("SmallModel", description, data, point,
            training ?? new TrainingOptions { Hidden = [5], MaxEpochs = 8 }).ToString());
    }

    [TestMethod]
    public async Task Train_TreesOnCategories_SplitsByCategory()
    {
        using var folder = new TemporaryFolder();
        var random = new RandomStream(4, "towns");
        string[] lines = ["town,size,rich", .. Enumerable.Range(0, 400).Select(_ =>
        {
            int town = random.NextInt32(14);
            int size = random.NextInt32(9), rich = (0b10110010011010 >> town & 1) ^ (random.NextInt32(8) == 0 ? 1 : 0);
            return $"T{town},{size}.5,{rich}";
        })];
        string file = folder.Write("towns.csv", lines);
        DataDescription description = new() { Path = file, Labels = [new("rich", TaskKind.Binary)] };
        DataSet data = DataSet.Read(description, 1, null, CancellationToken.None);
        await File.WriteAllTextAsync(folder["towns.consumption.cs"],
            new ConsumptionCode("TownsModel", data).ToString());
        await File.WriteAllTextAsync(folder["towns.training.cs"], new TrainingCode("TownsModel", description, data,
            new SweepPoint(TaskGrouping.All(1), "trees"), new TrainingOptions()).ToString());
        var code = new GeneratedCode(Path.GetDirectoryName(file)!, "towns") { ModelPath = folder["towns.mtsk"] };
        var context = new MLContext(1);
        code.Train(context, file, folder["towns.mtsk"]);
        Dictionary<string, string>[] rows = Rows(lines);
        float[] own = [.. rows.Select(r => (float)GeneratedCode.Value(code.Predict(code.Row(r)), "RichProbability"))];
        CollectionAssert.AreEqual(Expected([new CategorySlots(0, 14)]), own);
        // A range of one feature is none: the towns are numbers.
        CollectionAssert.AreNotEqual(Expected([new CategorySlots(0, 1)]), own);

        float[] Expected(CategorySlots[] categories)
        {
            IDataView view = context.Data.LoadFromTextFile(file, [new("town", Microsoft.ML.Data.DataKind.String, 0),
                new("size", Microsoft.ML.Data.DataKind.Double, 1), new("rich", Microsoft.ML.Data.DataKind.String, 2)],
                ',', true);
            IDataView scored = context.MultiTask().Featurize("town", "size")
                .Append(context.MultiTask().Trainers.BoostedTrees(
                new BoostedTreesTrainer.Options
                {
                    Tasks = [TaskColumn.Binary("rich")], Seed = 1, Forest = new() { Categories = categories },
                })).Fit(view).Transform(view);
            return [.. Microsoft.ML.Data.ColumnCursorExtensions.GetColumn<float>(scored, "Probability.rich")];
        }
    }

    [TestMethod]
    public void Trainer_TabularWithMembers_SaysHowMany() => StringAssert.Contains(TrainerCode.Of(new SweepPoint(
        TaskGrouping.All(2), "tabular", new Dictionary<string, string> { ["members"] = "8" }), new TrainingOptions()),
        "Training = new TabularOptions { Members = 8 },");

    [TestMethod]
    public void Trainer_Learners_AreAllKnown()
    {
        foreach (ToolLearner learner in ToolLearner.All)
            Assert.IsNotEmpty(TrainerCode.Of(new SweepPoint(TaskGrouping.All(2), learner.Name), new TrainingOptions()));
    }

    [TestMethod]
    [DataRow("age", "Age")]
    [DataRow("class of-2", "ClassOf2")]
    [DataRow("2nd", "Column2nd")]
    [DataRow("§$%", "Column")]
    [DataRow("größe", "Größe")]
    public void Identifier_AnyText_IsOne(string text, string expected) =>
        Assert.AreEqual(expected, CodeNames.Identifier(text));

    private static float Number(string cell) => float.Parse(cell, CultureInfo.InvariantCulture);

    private static Dictionary<string, string>[] Rows(string[] lines) => [.. lines.Skip(1).Select(line =>
        lines[0].Split(',').Zip(line.Split(',')).ToDictionary(c => c.First, c => c.Second))];
}
