using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Torch.Tests;

[TestClass]
public sealed class TorchPruningTests : TorchTests
{
    /// <summary>Scores of the masked module, from a network that lacks the other units.</summary>
    [TestMethod]
    public void Compact_PrunedModules_AreTheSameFunctionsInSmallNetworks()
    {
        TaskTable table = Problems.Mixed(200);
        MultiTaskModel model = Trained(table, "pruned(hidden=12,8; keep=0.3; after=10; every=2)", "0,2|1");

        MultiTaskModel compact = TorchPruning.Compact(model);

        for (int g = 0; g < 2; g++)
        {
            var small = (TorchModuleModel)compact.Models[g];
            // Six of twenty units are left.
            Assert.AreEqual(6, small.Source.Text.Settings["hidden"].Split(',').Sum(int.Parse));
            Assert.IsLessThan(((TorchModuleModel)model.Models[g]).Layout.Length / 2, small.Layout.Length);
            float[] expected = Learners.TorchModuleLearnerTests.Scores(model.Models[g], table),
                actual = Learners.TorchModuleLearnerTests.Scores(small, table);
            for (int i = 0; i < expected.Length; i++)
                Assert.AreEqual(expected[i], actual[i], 1e-5 * Math.Max(1, Math.Abs(expected[i])),
                    $"group {g}, score {i}");
        }
    }

    [TestMethod]
    public void Compact_ModelWithoutPrunedModule_IsRefused() => StringAssert.StartsWith(
        Assert.ThrowsExactly<ArgumentException>(() =>
        TorchPruning.Compact(Trained(Problems.Mixed(100), "mlp(hidden=4)", "0,1,2")))
            .Message, "No group of the model has a module that was trained as pruned(…); there are 'torch-module'");

    private static MultiTaskModel Trained(TaskTable table, string architecture, string grouping) =>
        GroupedTrainer.Train(table,
        RowSplit.Random(table.RowCount, 0.25, 1), TaskGrouping.Parse(grouping), new TorchModuleLearner(new()
        {
            Architecture = architecture, Training = TestModules.Training with { MaxEpochs = 5 },
        }), new() { Threads = 1 }).Model;
}
