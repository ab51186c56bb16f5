using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Tests.Data;

[TestClass]
public sealed class ClassWeightsTests
{
    [TestMethod]
    public void Balanced_RareClassesAndGaps_EveryObservedClassWeighsTheSame()
    {
        TaskInfo[] tasks = [new("b", TaskKind.Binary), new("m", TaskKind.Multiclass, ["x", "y", "z"]),
            new("r", TaskKind.Regression)];
        float[] labels = [1, 0, 5, 0, 0, 6, 0, 2, float.NaN, float.NaN, 0, 7];
        float[] weights = [1, 1, 2, 1, 1, 1, 2, 1, 1, 1, 2, 1];
        TaskTable table = ClassWeights.Balanced(new TaskTable([1, 2, 3, 4], 1, tasks, labels, weights));

        // Binary: weights 1 | 1 + 2, n = 4, K = 2: 2 each. Multi-class: x 1 + 1 + 2, z 1, no y: n = 5, K = 2: 2.5 each.
        float[] expected = [2, 0.625f, 2, 2 / 3f, 0.625f, 1, 4 / 3f, 2.5f, 0, 0, 1.25f, 1];
        for (int row = 0; row < 4; row++)
            for (int t = 0; t < 3; t++)
                if (table.IsObserved(row, t))
                    Assert.AreEqual(expected[row * 3 + t], table.Weight(row, t), 1e-6, $"row {row}, task {t}");
        Assert.AreEqual(10, Enumerable.Range(0, 12).Count(c => table.IsObserved(c / 3, c % 3)));
    }
}
