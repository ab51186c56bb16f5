using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Persistence;
using MLNet.MultiTask.Tests.Training;
using MLNet.MultiTask.Trees;

namespace MLNet.MultiTask.Tests.Persistence;

[TestClass]
public class ForestFormatTests
{
    private static readonly Lazy<(MultiTaskModel Model, TaskTable Table)> Trained = new(() =>
    {
        // The first two features as the slots of a category.
        TaskTable table = Problems.WithFeatures(Problems.Mixed(300), x =>
        {
            for (int r = 0; r < 300; r++)
                (x[r * 5], x[r * 5 + 1]) = x[r * 5] > 0 ? (1, 0) : (0, 1);
        });
        var learner = new BoostedTreesLearner(new BoostedTreesOptions
        {
            NumberOfTrees = 8, MinimumExampleCountPerLeaf = 5, Categories = [new CategorySlots(0, 2)],
        });
        return (GroupedTrainer.Train(table, Problems.Split(table), TaskGrouping.Parse("0,2|1"), learner).Model, table);
    });

    [TestMethod]
    public void Load_SavedForests_ScoreAndExplainTheSame()
    {
        (MultiTaskModel model, TaskTable table) = Trained.Value;
        MultiTaskModel loaded = ModelFile.Load(new MemoryStream(TestModels.Bytes(model))).Model;
        float[] expected = new float[table.RowCount * model.OutputCount], scores = new float[expected.Length];
        model.Score(table.Features.ToArray(), table.RowCount, expected);
        loaded.Score(table.Features.ToArray(), table.RowCount, scores);
        CollectionAssert.AreEqual(expected, scores);
        var before = (BoostedForest)model.Models[0];
        var after = (BoostedForest)loaded.Models[0];
        Assert.IsTrue(before.Trees.SelectMany(t => t.Nodes).Any(n => n.Slots is not null));
        CollectionAssert.AreEqual(before.FeatureGains(), after.FeatureGains());
        CollectionAssert.AreEqual(before.ShapleyValues(table.FeatureRow(7)),
            after.ShapleyValues(table.FeatureRow(7)));
        CollectionAssert.AreEqual(TestModels.Bytes(model), TestModels.Bytes(loaded));
    }

    [TestMethod]
    [DataRow("nodes", 0, 99, "asks nothing")]
    [DataRow("nodes", 1, 0, "outside the tree")]
    [DataRow("nodes", 1, 1_000_000, "outside the tree")]
    [DataRow("nodes", 2, -1_000_000, "outside the tree")]
    [DataRow("nodes", 3, 7, "asks nothing")]
    [DataRow("trees", 0, int.MaxValue, "larger than the arrays")]
    [DataRow("trees", 2, 5, "larger than the arrays")]
    [DataRow("trees", 3, 0, "larger than the arrays")]
    [DataRow("leafCounts", 0, 0, "leaf without rows")]
    public void Plan_ForgedArrays_Refused(string section, int at, int value, string reason)
    {
        (MultiTaskModel model, _) = Trained.Value;
        var format = new ForestFormat();
        StoredModel stored = format.Store(model.Models[0], GroupModelFormats.BuiltIn);
        var frame = new ModelFrame(5, model.Models[0].Tasks, new MultiTaskModelLoadOptions(),
            GroupModelFormats.BuiltIn);
        Section[] forged = [.. stored.Sections.Select(s => s.Name == section
            ? Section.Of(s.Name, Changed((int[])s.Data, at, value), s.Shape) : s)];
        FormatException e = Assert.ThrowsExactly<FormatException>(
            () => format.Plan(stored.Description, frame).Build(forged));
        Assert.Contains(reason, e.Message);
    }

    private static int[] Changed(int[] values, int at, int value)
    {
        int[] changed = [.. values];
        changed[at] = value;
        return changed;
    }
}
