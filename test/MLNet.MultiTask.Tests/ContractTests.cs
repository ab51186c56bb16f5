using Microsoft.ML;

namespace MLNet.MultiTask.Tests;

[TestClass]
public class ContractTests
{
    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    public void SharedBottomTrainer_ScalarLabels_KeepsTheContract()
    {
        TaskColumn[] tasks = [TaskColumn.Binary("Big", exampleWeightColumnName: "Weight"),
            TaskColumn.Regression("Amount"), TaskColumn.Multiclass("Grade"), TaskColumn.Binary("Maybe")];

        EstimatorContract.Verify(_context, _context.MultiTask().Trainers.SharedBottom(Sample.Options(tasks)),
            Sample.View(_context, Sample.Rows(60)),
            [("feature", "Features"), ("label", "Big"), ("label", "Amount"), ("label", "Grade"), ("weight", "Weight")],
                ["Features"]);
    }

    [TestMethod]
    public void SharedBottomTrainer_VectorLabel_KeepsTheContract() =>
        EstimatorContract.Verify(_context,
            _context.MultiTask().Trainers.SharedBottom(Sample.Options(TaskColumn.Regression("Pair"))),
            Sample.View(_context, Sample.Rows(60)), [("feature", "Features"), ("label", "Pair")], ["Features"]);

    [TestMethod]
    public void SharedBottomTrainer_VectorBesideScalar_KeepsTheContract() =>
        EstimatorContract.Verify(_context,
            _context.MultiTask().Trainers.SharedBottom(Sample.Options(TaskColumn.Regression("Pair"),
                TaskColumn.Binary("Big"))),
            Sample.View(_context, Sample.Rows(60)), [("label", "Pair"), ("label", "Big")], ["Features"]);

    [TestMethod]
    public void SharedBottomTrainer_VectorOfKeys_KeepsTheContract()
    {
        IDataView data = Sample.View(_context, Sample.Rows(60));
        data = _context.Transforms.Conversion.MapValueToKey("Marks").Fit(data).Transform(data);

        MultiTaskPredictionTransformer transformer = EstimatorContract.Verify(_context,
            _context.MultiTask().Trainers.SharedBottom(Sample.Options(TaskColumn.Multiclass("Marks"))), data,
                [("label", "Marks")], ["Features"]);

        DataViewSchema schema = transformer.GetOutputSchema(data.Schema);
        Assert.AreEqual("Vector<Single, 2, 2>", schema["Score"].Type.ToString());
        Assert.AreEqual("Vector<Key<UInt32, 0-1>, 2>", schema["PredictedLabel"].Type.ToString());
    }

    [TestMethod]
    public void SharedBottomTrainer_TaskIndexed_KeepsTheContract() =>
        EstimatorContract.Verify(_context,
            _context.MultiTask().Trainers.SharedBottom(
                Sample.Options(TaskColumn.Indexed(TaskKind.Binary, "Big", "School"))),
            Sample.View(_context, Sample.Rows(60)), [("feature", "Features"), ("label", "Big")],
                ["Features", "School"]);

    [TestMethod]
    public void TabularNetworkTrainer_AllKinds_KeepsTheContract()
    {
        IDataView data = Sample.View(_context, Sample.Rows(60));
        TabularNetworkTrainer trainer = _context.MultiTask().Trainers.TabularNetwork(new TabularNetworkTrainer.Options
        {
            Tasks = Sample.Tasks,
            Grouping = TaskGrouping.Parse("0,2|1,3"),
            Training = new() { Hidden = [8], Epochs = 4 },
            Seed = 5,
        });

        MultiTaskPredictionTransformer transformer = EstimatorContract.Verify(_context, trainer, data,
            [("feature", "Features"), ("label", "Big"), ("label", "Amount"), ("label", "Grade")], ["Features"]);

        CollectionAssert.AreEqual(new[] { "tabular", "tabular" },
            transformer.Model.Models.Select(m => m.Kind).ToArray());
    }

    [TestMethod]
    public void BoostedTreesTrainer_AllKinds_KeepsTheContract() => VerifyAllKinds(
        _context.MultiTask().Trainers.BoostedTrees(new BoostedTreesTrainer.Options
        {
            Tasks = Sample.Tasks, Forest = new() { NumberOfTrees = 5, MinimumExampleCountPerLeaf = 3 }, Seed = 5,
        }), BoostedForest.KindName);

    [TestMethod]
    public void LinearTrainer_AllKinds_KeepsTheContract() => VerifyAllKinds(
        _context.MultiTask().Trainers.Linear(new LinearTrainer.Options { Tasks = Sample.Tasks, Seed = 5 }),
        LinearModel.KindName);

    [TestMethod]
    public void EnsembleTrainer_AllKinds_KeepsTheContract() => VerifyAllKinds(
        _context.MultiTask().Trainers.Ensemble(new EnsembleTrainer.Options
        {
            Tasks = Sample.Tasks, Learners =
                [new LinearLearner(), new BoostedTreesLearner(new() { NumberOfTrees = 5 })],
            Seed = 5,
        }), EnsembleModel.KindName);

    [TestMethod]
    public void PerGroupTrainer_AllKinds_KeepsTheContract()
    {
        MultiTaskPredictionTransformer transformer = EstimatorContract.Verify(_context,
            _context.MultiTask().Trainers.PerGroup(new PerGroupTrainer.Options
            {
                Tasks = Sample.Tasks, Grouping = TaskGrouping.Parse("0,2|1,3"), Seed = 5,
                Learners = [new LinearLearner(), new BoostedTreesLearner(new() { NumberOfTrees = 5 })],
            }), Sample.View(_context, Sample.Rows(60)),
            [("feature", "Features"), ("label", "Big"), ("label", "Amount"), ("label", "Grade")], ["Features"]);
        CollectionAssert.AreEqual(new[] { LinearModel.KindName, BoostedForest.KindName },
            transformer.Model.Models.Select(m => m.Kind).ToArray());
    }

    [TestMethod]
    public void PerGroupTrainer_LearnersThatDoNotFit_AreRefused()
    {
        TaskGrouping grouping = TaskGrouping.Parse("0,2|1,3");
        Refused(Sample.Tasks, grouping, [new LinearLearner()], "1 learners given for the 2 groups of '0,2|1,3'");
        Refused(Sample.Tasks, grouping, null!, "Options.Learners must say the learner of each group of '0,2|1,3'");
        Refused(Sample.Tasks, null!, [new LinearLearner()], "Options.Grouping must be a grouping");

        void Refused(TaskColumn[] tasks, TaskGrouping given, Learners.IGroupLearner[] learners, string message) =>
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() =>
                _context.MultiTask().Trainers.PerGroup(tasks, given, learners)).Message, message);
    }

    [TestMethod]
    public void RobustTreesTrainer_TaskIndexed_KeepsTheContract() => EstimatorContract.Verify(_context,
        _context.MultiTask().Trainers.RobustTrees(new RobustTreesTrainer.Options
        {
            Tasks = [TaskColumn.Indexed(TaskKind.Binary, "Big", "School")], Seed = 5,
            Trees = new() { CommonTrees = 4, GatedTrees = 4, TaskTrees = 4 },
        }), Sample.View(_context, Sample.Rows(60)), [("feature", "Features"), ("label", "Big")],
        ["Features", "School"]);

    [TestMethod]
    public void EveryTrainer_HasATestOfItsContract()
    {
        // Its file is read only where ML.NET's own parts are trusted; PerTaskTrainerTests holds it to the same
        // promises.
        string[] elsewhere = [nameof(PerTaskTrainer)];
        string[] tests = [.. typeof(ContractTests).GetMethods().Select(m => m.Name)];
        foreach (string name in typeof(MultiTaskTrainer).Assembly.GetTypes()
            .Where(t => t is { IsAbstract: false } && t.IsSubclassOf(typeof(MultiTaskTrainer))).Select(t => t.Name)
            .Except(elsewhere))
            Assert.IsTrue(tests.Any(t => t.StartsWith($"{name}_", StringComparison.Ordinal)),
                $"{name} has no contract test");
    }

    private void VerifyAllKinds(MultiTaskTrainer trainer, string kind)
    {
        MultiTaskPredictionTransformer transformer = EstimatorContract.Verify(_context, trainer,
            Sample.View(_context, Sample.Rows(60)),
            [("feature", "Features"), ("label", "Big"), ("label", "Amount"), ("label", "Grade")], ["Features"]);
        CollectionAssert.AreEqual(new[] { kind }, transformer.Model.Models.Select(m => m.Kind).ToArray());
    }

    [TestMethod]
    public void TaskTreeTrainer_AllKinds_KeepsTheContract()
    {
        IDataView data = Sample.View(_context, Sample.Rows(60));
        TaskTreeTrainer trainer = _context.MultiTask().Trainers.TaskTree(new TaskTreeTrainer.Options
        {
            Tasks = Sample.Tasks,
            Tree = new()
            {
                Tree = TaskTree.Parse("0,1,2,3/0,2|1,3"), Training = Sample.Training with { Hidden = [8, 6] },
            },
            Seed = 5,
        });

        MultiTaskPredictionTransformer transformer = EstimatorContract.Verify(_context, trainer, data,
            [("feature", "Features"), ("label", "Big"), ("label", "Amount"), ("label", "Grade")], ["Features"]);

        CollectionAssert.AreEqual(new[] { "task-tree" }, transformer.Model.Models.Select(m => m.Kind).ToArray());
    }

    [TestMethod]
    public void TaskTreeTrainer_SeedInTheTraining_SaysWhereItBelongs() => StringAssert.Contains(
        Assert.ThrowsExactly<ArgumentException>(() => _context.MultiTask().Trainers.TaskTree(Sample.Tasks,
            training: new() { Seed = 3 })).Message,
        "Tree.Training.Seed is 3, but a trainer takes its seed from Options.Seed");

    [TestMethod]
    public void GradTag_Affinity_KeepsTheContract() => EstimatorContract.Verify(_context,
        _context.MultiTask().Affinity.GradTag(new TaskAffinityEstimator.Options { Tasks = Sample.Tasks, Seed = 3 },
            new GradTagOptions { Training = Sample.Training with { Threads = null }, Bases = 1, Subsets = 10 }),
        Sample.View(_context), [("feature", "Features"), ("label", "Big"), ("label", "Amount"), ("label", "Grade")],
            []);

    [TestMethod]
    public void SemidefiniteProgram_Grouping_KeepsTheContract()
    {
        IDataView data = FixedAffinity.Fit(_context, Sample.View(_context, Sample.Rows(30)));

        TaskGroupingTransformer transformer =
            EstimatorContract.Verify(_context, _context.MultiTask().Grouping.SemidefiniteProgram(groupCount: 2), data,
            [("affinity", "TaskAffinity")], []);

        Assert.AreEqual("0,1|2,3", transformer.Grouping.ToString());
    }
}
