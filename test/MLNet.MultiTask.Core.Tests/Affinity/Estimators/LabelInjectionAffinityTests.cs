using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Tests.Training;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public sealed class LabelInjectionAffinityTests
{
    private static readonly LabelInjectionOptions s_options =
        new() { Training = new() { Hidden = [8], MaxEpochs = 30, LearningRate = 0.01f } };

    [TestMethod]
    public void Estimate_CopyOfANoisyLabel_TakesMostOfTheLossAway()
    {
        var random = new RandomStream(2, "labels");
        float[] features = [.. Enumerable.Range(0, 400 * 3).Select(_ => (float)random.NextNormal())];
        // The label cannot be learned from the features, so only the copy helps; the third label is noise of its own.
        float[] labels = [.. Enumerable.Range(0, 400).SelectMany(_ =>
            { float y = random.NextInt32(2); return new[] { y, y, random.NextInt32(2) }; })];
        var table = new TaskTable(features, 3,
            [new("a", TaskKind.Binary), new("copy", TaskKind.Binary), new("c", TaskKind.Binary)], labels);
        TaskAffinity affinity = new LabelInjectionAffinity(s_options).Estimate(table, RowSplit.Random(400, 0.3, 1));
        Assert.IsTrue(affinity[0, 1] > 0.9 && affinity[1, 0] > 0.9);
        Assert.IsTrue(Math.Abs(affinity[0, 2]) < 0.1 && Math.Abs(affinity[2, 0]) < 0.1);
        Assert.AreEqual(0, affinity[0, 0]);
    }

    [TestMethod]
    public void Estimate_SourceNeverSeenOnTheTargetsRows_IsExactlyZero()
    {
        TaskTable table = Problems.Mixed(200, missing: 0);
        float[] labels = [.. table.Labels];
        for (int row = 0; row < 200; row++)
            labels[row * 3 + (row % 2 == 0 ? 0 : 2)] = float.NaN;
        TaskAffinity affinity = new LabelInjectionAffinity(s_options with { Runs = 2 })
            .Estimate(Problems.With(table, labels), RowSplit.Random(200, 0.3, 1));
        Assert.AreEqual(0, affinity[0, 2]);
        Assert.AreEqual(0, affinity[2, 0]);
        Assert.AreNotEqual(0, affinity[0, 1]);
        Assert.AreEqual(18, affinity.Diagnostics["networks"]);
    }
}
