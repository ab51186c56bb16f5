using System.Text.Json;

namespace MLNet.MultiTask.Tool.Tests.Cases;

/// <summary>Models that were used on other data than a person thought.</summary>
[TestClass]
public sealed class ModelCases
{
    private static readonly string[] s_quick = ["--epochs", "3", "--hidden", "8"];

    [TestMethod]
    public async Task Train_PredictionsOfOneName_AreRefused()
    {
        using var data = new Case("13-output-name-collision");
        ToolRun run = await ToolRun.Of(["train", "--data", data["input.csv"], "--label", "C.hi", "C", "B", "--kind",
            "binary", "multiclass", "binary", "--ignore", "Y", "--grouping", "all", .. s_quick]);
        run.AssertBadInput("would be called 'Probability.C.hi'");
    }

    [TestMethod]
    public async Task Evaluate_RowsInAnotherOrder_HasNoTestPart()
    {
        using var data = new Case("14-reordered-file-evaluate");
        (await ToolRun.Of(["train", "--data", data["input.csv"], "--label", "A", "B", "--kind", "binary", "--grouping",
            "all", "--out", data.Out("m.mtsk"), .. s_quick])).AssertOk();
        (await Evaluate("input.csv")).AssertOk();
        (await Evaluate("sorted.csv")).AssertBadInput(
            "trained on the rows of sorted.csv in another order: it has no test part");
        (await Evaluate("sorted.csv", "--part", "all")).AssertOk();

        Task<ToolRun> Evaluate(string file, params string[] options) =>
            ToolRun.Of(["evaluate", "--model", data.Out("m.mtsk"), "--data", data[file], .. options]);
    }

    [TestMethod]
    public async Task Train_WeightsOfZero_AreNamedAsWeights()
    {
        using var data = new Case("15-all-zero-weights");
        string[] options = ["--label", "A", "B", "--kind", "binary", "--ignore", "Y", "C", "--weight", "w", .. s_quick];
        (await data.Train("input.csv", options)).AssertBadInput("(column 'w')");
        ToolRun partly = await data.Train("partly.csv", options);
        Assert.Contains("(column 'w')", partly.Error);
    }

    [TestMethod]
    public async Task Evaluate_FileWithoutOneTask_TakesKindsFromTheModel()
    {
        using var data = new Case("19-evaluate-needs-kind");
        (await ToolRun.Of(["train", "--data", data["train.csv"], .. Case.FourTasks, "--grouping", "all",
            "--out", data.Out("m.mtsk"), .. s_quick])).AssertOk();
        string[] options = ["evaluate", "--model", data.Out("m.mtsk"), "--data", data["without-C.csv"]];
        ToolRun without = await ToolRun.Of(options);
        without.AssertOk();
        StringAssert.Contains(without.Error, "not scored, having no label column: 'C'", StringComparison.Ordinal);
        StringAssert.Contains(without.Error, "all rows are scored; metrics are too good", StringComparison.Ordinal);
        Assert.AreEqual(without.Output, (await ToolRun.Of([.. options, "--part", "all"])).Output);
        (await ToolRun.Of([.. options, "--part", "test"])).AssertBadInput("it has no test part");
        ToolRun named = await ToolRun.Of([.. options, "--label", "A", "B", "Y"]);
        named.AssertOk();
        Assert.AreEqual(without.Output, named.Output);
        (await ToolRun.Of([.. options, "--label", "A", "B", "Y", "--kind", "binary", "binary", "regression"]))
            .AssertOk();
        (await ToolRun.Of([.. options, "--label", "A", "--kind", "regression"]))
            .AssertBadInput("Task 'A' is Regression in the data, but Binary in the model");
    }

    [TestMethod]
    public async Task Evaluate_ModelOfTasksById_AsksForTheIds()
    {
        using var data = new Case("18-mixed-task-ids");
        (await data.Train("input.csv", ["--label", "y", "--task-id", "school", "--kind", "regression", "--out",
            data.Out("m.mtsk"), .. s_quick])).AssertOk();
        (await ToolRun.Of("evaluate", "--model", data.Out("m.mtsk"), "--data", data["input.csv"]))
            .AssertBadInput("name the label with --label, and the column of task ids with --task-id");
        (await ToolRun.Of("evaluate", "--model", data.Out("m.mtsk"), "--data", data["input.csv"], "--label", "y",
            "--task-id", "school")).AssertOk();
    }

    [TestMethod]
    public async Task Predict_CategoriesThatTheModelDoesNotKnow_AreCounted()
    {
        using var folder = new TemporaryFolder();
        (await ToolRun.Of(["train", "--data", folder.Write("d.csv", SmallData.Lines()), .. SmallData.Labels,
            "--grouping", "all", "--out", folder["m.mtsk"], .. s_quick])).AssertOk();
        ToolRun few = await ToolRun.Of("predict", "--model", folder["m.mtsk"], "--data",
            folder.Write("new.csv", "x,z,color", "1,100,red", "2,90,pink", "3,,"));
        few.AssertOk();
        Assert.AreEqual(
            "Note: 1 of 2 cells of column 'color' hold values that the model does not know, such as 'pink'.\n",
            few.Error);
        ToolRun all = await ToolRun.Of("predict", "--model", folder["m.mtsk"], "--data",
            folder.Write("new.csv", "x,z,color", "1,100,rot", "2,90,blau"));
        StringAssert.StartsWith(all.Error, "Warning: no value of column 'color' is known to the model",
            StringComparison.Ordinal);
    }
}
