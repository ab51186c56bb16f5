using System.Text.Json;

namespace MLNet.MultiTask.Tool.Tests.Cases;

/// <summary>Labels that broke a training, or were trained in another way than a person thought.</summary>
[TestClass]
public sealed class TrainingCases
{
    private static readonly string[] s_quick = ["--epochs", "3", "--hidden", "8"];

    [TestMethod]
    [DataRow("all"), DataRow("auto")]
    public async Task Train_RareLabels_AreSetAsideAndAllNamed(string grouping)
    {
        using var data = new Case("09-one-class-label-refuses-all");
        string[] search = grouping == "auto" ? ["--runs", "1", "--method", "label-correlation"] : [];
        string[] options = ["train", "--data", data["input.csv"], "--label-pattern", grouping == "all" ? "t*" : "t?",
            "--label", "rare1", "rare2", "--kind", "binary", "--grouping", grouping, .. search, .. s_quick];
        ToolRun run = await ToolRun.Of(options);
        run.AssertOk();
        StringAssert.Contains(run.Error, "Note: Tasks 'rare1', 'rare2' are set aside: the training rows hold no two " +
            "different labels; they score ", StringComparison.Ordinal);
        (await ToolRun.Of([.. options, "--unlearnable", "refuse"]))
            .AssertBadInput("Tasks 'rare1', 'rare2' cannot be learned from the training rows");
    }

    [TestMethod]
    public async Task Train_ShopWithOneRow_IsSetAside()
    {
        using var data = new Case("09-one-class-label-refuses-all");
        ToolRun run = await ToolRun.Of(["train", "--data", data["schools.csv"], "--label", "y", "--task-id", "school",
            "--kind", "regression", "--grouping", "all", .. s_quick]);
        run.AssertOk();
        Assert.HasCount(2, run.Error.Split("set aside"));
    }

    [TestMethod]
    public async Task Train_ColumnsWithoutTwoLabels_AreSetAside()
    {
        using var folder = new TemporaryFolder();
        string[] lines = SmallData.WithAll("buys", "1");
        ToolRun run = await ToolRun.Of(["train", "--data", folder.Write("d.csv", lines), .. SmallData.Labels,
            "--grouping", "all", .. s_quick]);
        run.AssertOk();
        StringAssert.Contains(run.Error, "Task 'buys' is set aside", StringComparison.Ordinal);
        (await ToolRun.Of(["train", "--data", folder.Write("d.csv", lines), "--label", "buys", "--kind", "binary",
            "--ignore", "id", "--grouping", "all", .. s_quick])).AssertBadInput("no other task is left");
    }

    [TestMethod]
    public async Task TrainAndEvaluate_TargetPlusAConstant_IsLearnedAsWell()
    {
        using var data = new Case("11-label-offset-float32");
        foreach (string file in new[] { "reference.csv", "offset1e8.csv", "offset1.7e9.csv" })
        {
            (await data.Train(file, [.. Case.FourTasks, "--epochs", "30", "--out", data.Out(file + ".mtsk")]))
                .AssertOk();
            Assert.AreEqual(data.Metric("reference.csv", "Y", "rmse"), data.Metric(file, "Y", "rmse"), 1e-3, file);
            (await ToolRun.Of("evaluate", "--model", data.Out(file + ".mtsk"), "--data", data[file], "--json",
                data.Out("e.json"))).AssertOk();
            JsonElement evaluated = JsonDocument.Parse(File.ReadAllText(data.Out("e.json"))).RootElement;
            Assert.AreEqual(data.Metric(file, "Y", "rmse"), evaluated.GetProperty("perTask").GetProperty("Y")
                .GetProperty("rmse").GetDouble(), 1e-6, file);
        }
    }

    [TestMethod]
    [DataRow("input.csv"), DataRow("drift.csv")]
    public async Task Train_OneTaskWithBadValidationLabels_DoesNotStopTheOthers(string file)
    {
        using var data = new Case("12-early-stopping-one-task");
        (await data.Train("reference.csv", Case.FourTasks)).AssertOk();
        ToolRun run = await data.Train(file, Case.FourTasks);
        run.AssertOk();
        Assert.IsGreaterThan(0.95, data.Metric(file, "A", "auc"));
        Assert.AreEqual(data.Metric("reference.csv", "C", "logloss"), data.Metric(file, "C", "logloss"), 0.1);
    }
}
