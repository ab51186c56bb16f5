using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Torch.Tests;

[TestClass]
public sealed class TorchWidthsTests : TorchTests
{
    private static readonly int[] Rows = [.. Enumerable.Range(220, 80)];
    private static readonly RowSplit Split = new([.. Enumerable.Range(0, 220)], Rows);

    /// <summary>Every combination within the budget is tried here, too, each as a model of its own.</summary>
    [TestMethod]
    public void Choose_Budget_IsTheBestOfAllThatFit()
    {
        TaskTable table = Problems.Mixed(300);
        MultiTaskModel model = Trained(table, "slimmable(hidden=8,4; widths=0.25,0.5,1)", "0,1,2");
        const long budget = 50;
        WidthChoice choice = TorchWidths.Choose(model, table, Rows, budget);
        var module = (SlimmableBottom)((TorchModuleModel)choice.Model.Models[0]).Module;

        var least = double.PositiveInfinity;
        foreach (int first in (int[])[2, 4, 8])
            foreach (int second in (int[])[1, 2, 4])
                // d = 5 features, ΣK = 5 outputs.
                if (5 * first + first * second + 5 * second <= budget)
                {
                    module.Active = [first, second];
                    least = Math.Min(least, Loss(choice.Model, table));
                }
        module.Active = [.. choice.Units];

        Assert.AreEqual(least, choice.Loss, 1e-9);
        Assert.AreEqual(least, Loss(choice.Model, table), 1e-9);
        Assert.AreEqual(5 * choice.Units[0] + choice.Units[0] * choice.Units[1] + 5 * choice.Units[1],
            choice.Multiplications);
        CollectionAssert.AreEqual(new[] { 8, 4 }, ((SlimmableBottom)((TorchModuleModel)model.Models[0]).Module).Active);
    }

    /// <summary>The narrow outputs were trained, too: two fifths of the multiplications still beats the mean.</summary>
    [TestMethod]
    public void Choose_SmallBudget_StillPredictsAndIsSaved()
    {
        TaskTable table = Problems.Mixed(1200);
        MultiTaskModel model = GroupedTrainer.Train(table, RowSplit.Random(1200, 0.2, 1), TaskGrouping.All(3),
            new TorchModuleLearner(new()
            {
                Architecture = "slimmable(hidden=16,8)", Training = TestModules.Training with { MaxEpochs = 15 },
            }), new() { Threads = 1 }).Model;
        WidthChoice choice = TorchWidths.Choose(model, table, Rows, 100);
        using var file = new MemoryStream();
        Persistence.ModelFile.Save(new Persistence.SavedModel(choice.Model), file);
        file.Position = 0;
        MultiTaskModel loaded = Persistence.ModelFile.Load(file).Model;

        Assert.IsLessThan(0.85, choice.Loss);
        CollectionAssert.AreEqual(Learners.TorchModuleLearnerTests.Scores(choice.Model.Models[0], table),
            Learners.TorchModuleLearnerTests.Scores(loaded.Models[0], table));
    }

    [TestMethod]
    [DataRow("slimmable(hidden=8,4)", "0,1,2", 10,
        "The budget is 10 multiplications a row; the narrowest widths take 17")]
    [DataRow("mlp(hidden=4)", "0,1,2", 99,
        "The model has 1 group of kind 'torch-module'; one module of all tasks is expected")]
    [DataRow("slimmable(hidden=4)", "0|1,2", 99,
        "The model has 2 groups of kind 'torch-module'; one module of all tasks")]
    public void Choose_ModelOrBudgetThatDoesNotFit_IsRefused(string architecture, string grouping, int budget,
        string expected)
    {
        TaskTable table = Problems.Mixed(300);
        MultiTaskModel model = Trained(table, architecture, grouping, 1);

        StringAssert.StartsWith(Assert.ThrowsExactly<ArgumentException>(() =>
            TorchWidths.Choose(model, table, Rows, budget)).Message, expected);
    }

    private static double Loss(MultiTaskModel model, TaskTable table)
    {
        var features = new float[Rows.Length * 5];
        table.Features.CopyRows(Rows, features);
        var scores = new float[Rows.Length * 5];
        model.Score(features, Rows.Length, scores);
        float[] labels = [.. Rows.SelectMany(r => Enumerable.Range(0, 3).Select(t => table.Label(r, t)))];
        IReadOnlyList<TaskMetrics> tasks = MultiTaskMetrics.Evaluate(table.Tasks, scores, labels).Tasks;
        return (tasks[0].LogLoss + tasks[1].LogLoss + tasks[2].RelativeRmse * tasks[2].RelativeRmse) / 3;
    }

    private static MultiTaskModel Trained(TaskTable table, string architecture, string grouping, int epochs = 12) =>
        GroupedTrainer.Train(table, Split, TaskGrouping.Parse(grouping), new TorchModuleLearner(new()
        {
            Architecture = architecture, Training = TestModules.Training with { MaxEpochs = epochs },
        }), new() { Threads = 1 }).Model;
}
