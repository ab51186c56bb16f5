using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Tests.Training;

namespace MLNet.MultiTask.Tests.Networks;

[TestClass]
public sealed class SparseFirstLayerTests
{
    [TestMethod]
    [DataRow(64, 0.05, 1)]
    [DataRow(200, 0.02, 24)]
    [DataRow(200, 0.09, 5)]  // some rows above a tenth
    [DataRow(70, 0.5, 24)]
    [DataRow(200, 0.09, 5, true)]
    public void Score_FrozenNetwork_HasTheBitsOfAllFeatures(int features, double density, int width,
        bool linearSkip = false)
    {
        TaskTable table = Problems.Indicators(300, features, density);
        float[] x = table.Features.ToArray(), expected = new float[600], batch = new float[600], own = new float[2];
        for (int i = 0; i < x.Length; i++)
            x[i] *= 0.37f + i % 11;
        var network = SharedBottomNetwork.Initialize(
            new NetworkShape(features, [width], table.Tasks, linearSkip: linearSkip), 3);
        for (int i = 1; linearSkip && i <= features * 2; i++)
            network.Parameters[^i] = 0.3f - i % 7 * 0.1f;
        network.Score(x, 300, expected);
        network.Freeze();
        network.Score(x, 300, batch, 2);
        CollectionAssert.AreEqual(expected, batch);
        for (int row = 0; row < 300; row++)
        {
            network.Score(x.AsSpan(row * features), 1, own);
            CollectionAssert.AreEqual(expected[(2 * row)..(2 * row + 2)], own);
        }
    }

    [TestMethod]
    public void Score_FrozenFeatureNotFinite_ComesThrough()
    {
        var network = SharedBottomNetwork.Initialize(new NetworkShape(100, [4], [Problems.Value]), 3);
        network.Freeze();
        float[] x = new float[100], score = new float[1];
        x[50] = float.NaN;
        network.Score(x, 1, score);
        Assert.IsTrue(float.IsNaN(score[0]));
    }
}
