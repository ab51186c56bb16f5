using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Tests.Training;

namespace MLNet.MultiTask.Tests.Gradients;

[TestClass]
public sealed class SparseChunkTests
{
    [TestMethod]
    public void Estimate_SparseFeatures_HasTheBitsOfAllCells()
    {
        TaskTable dense = Problems.Indicators(300, 96, 0.05);
        float[] cells = dense.Features.ToArray();
        var builder = new FeatureMatrixBuilder(96);
        for (int row = 0; row < 300; row++)
            builder.Add(cells.AsSpan(row * 96, 96));
        var sparse = new TaskTable(builder.Build(), dense.Tasks, dense.Labels, dense.Weights);
        Assert.IsTrue(sparse.Features.IsSparse);
        var options = new GradTagOptions
        {
            Stage = BaseStage.BestValidation,
            Bases = 1,
            Seed = 3,
            Training = new() { Hidden = [12, 6], MaxEpochs = 4 },
            Threads = 1,
        };
        RowSplit split = Problems.Split(dense);
        TaskAffinity expected = new GradTagAffinity(options).Estimate(dense, split, default);
        TaskAffinity actual = new GradTagAffinity(options).Estimate(sparse, split, default);
        CollectionAssert.AreEqual(expected.Values.ToArray(), actual.Values.ToArray());
        Assert.IsTrue(actual.Values.ToArray().Any(v => v != 0));
    }
}
