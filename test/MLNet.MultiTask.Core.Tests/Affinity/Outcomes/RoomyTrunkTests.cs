using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public sealed class RoomyTrunkTests
{
    [TestMethod]
    [DataRow(new[] { 8, 4 }, new[] { 64, 32 })]
    [DataRow(new[] { 16 }, new[] { 64 })]
    [DataRow(new[] { 256, 8, 4 }, new[] { 256, 32, 32 })]
    public void Of_NarrowLayers_AreAsWideAsTheDefaults(int[] hidden, int[] expected)
    {
        var training = new TrainingOptions { Hidden = hidden, LearningRate = 2e-3f };
        TrainingOptions roomy = RoomyTrunk.Of(training);
        CollectionAssert.AreEqual(expected, roomy.Hidden.ToArray());
        Assert.AreEqual(training, roomy with { Hidden = training.Hidden }, "nothing else changes");
    }

    [TestMethod]
    [DataRow(new[] { 64, 32 })]
    [DataRow(new[] { 100, 50, 32 })]
    public void Of_WideTrunk_IsTheSame(int[] hidden)
    {
        var training = new TrainingOptions { Hidden = hidden };
        Assert.AreSame(training, RoomyTrunk.Of(training));
    }
}
