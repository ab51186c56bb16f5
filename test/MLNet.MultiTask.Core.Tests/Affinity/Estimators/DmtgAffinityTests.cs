using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask.Tests.Affinity.Estimators;

[TestClass]
public sealed class DmtgAffinityTests
{
    private static readonly TaskInfo[] Tasks = [.. "abcd".Select(c => new TaskInfo($"{c}", TaskKind.Regression))];

    [TestMethod]
    public void SlopesTo_DrawnShares_AreThoseOfTheExpectedLoss()
    {
        const double temperature = 0.7, change = 1e-6;
        double[] losses = [0.9, 0.2, 0.5], slopes = new double[3];
        var choice = new TrunkChoice(Tasks, 3, 1);
        // Some learning first, so that the numbers are not alike.
        for (int step = 1; step < 5; step++)
        {
            choice.Draw(step, temperature);
            choice.Learn(2, losses, temperature, 0.3);
        }
        choice.Draw(9, temperature);
        choice.SlopesTo(2, losses, temperature, slopes);
        double[] shares = [.. choice.Shares[6..9]];
        for (int k = 0; k < 3; k++)
        {
            // One of the numbers raised by a little multiplies its share, before they are scaled to 1.
            double[] moved = [.. shares.Select((s, i) => i == k ? s * Math.Exp(change / temperature) : s)];
            double expected = (moved.Zip(losses, (s, l) => s * l).Sum() / moved.Sum()
                - shares.Zip(losses, (s, l) => s * l).Sum()) / change;
            Assert.AreEqual(expected, slopes[k], 1e-5);
        }
        Assert.AreEqual(1, shares.Sum(), 1e-12);
        double[] own = choice.Probabilities()[6..9];
        Assert.IsGreaterThan(own[0], own[1], "the trunk of the smallest loss gains");
    }

    [TestMethod]
    public void Group_TwoKindsOfTasksOnNarrowTrunks_FindsThem()
    {
        TaskTable table = TwoKinds(400);
        var dmtg = new DmtgAffinity(Options());
        RowSplit split = RowSplit.Random(400, 0.25, 1);
        Assert.AreEqual("0,2|1,3", dmtg.Group(table, split).ToString());
        TaskAffinity affinity = dmtg.Estimate(table, split);
        Assert.IsGreaterThan(affinity[0, 1] + 0.2, affinity[0, 2]);
        Assert.IsGreaterThan(affinity[1, 2] + 0.2, affinity[1, 3]);
        Assert.IsGreaterThan(0.5, affinity.Diagnostics["leastCertainChoice"]);
    }

    [TestMethod]
    public void Estimate_WeightingThatWouldBeIgnored_IsRefused() => StringAssert.StartsWith(
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new DmtgAffinity(
            new() { Training = new() { Weighting = new DwaWeighting() } }).Estimate(TwoKinds(40),
                RowSplit.Random(40, 0.25, 1))).Message,
        "Training.Weighting must be equal: the estimate weighs tasks itself");

    [TestMethod]
    public void GroupUpdates_TwoKindsOfTasks_HelpTheirOwnKind()
    {
        TaskAffinity affinity = new GroupUpdatesAffinity(new() { Training = Options().Training, Standardize = false })
            .Estimate(TwoKinds(400), RowSplit.Random(400, 0.25, 1));
        double same = Enumerable.Range(0, 4).Average(i => affinity[i, (i + 2) % 4]);
        double other = Enumerable.Range(0, 4).Average(i => (affinity[i, (i + 1) % 4] + affinity[i, (i + 3) % 4]) / 2);
        Assert.IsGreaterThan(other, same);
        Assert.AreEqual(100, affinity.Diagnostics["minimumPairMeasurements"], "every batch measures every pair");
        Assert.AreEqual(0, affinity[1, 1], "a task's own update says nothing about partners");
    }

    private static DmtgOptions Options() => new()
    {
        Training = new() { Hidden = [2], LearningRate = 0.02f, BatchSize = 64 },
        Trunks = 2,
        Steps = 400,
        ChoiceStepSize = 0.05,
    };

    // Tasks 0 and 2 follow one direction of the features, 1 and 3 another.
    private static TaskTable TwoKinds(int rows)
    {
        var random = new RandomStream(4, "two kinds");
        float[] x = new float[rows * 6], y = new float[rows * 4];
        foreach (ref float value in x.AsSpan())
            value = (float)random.NextNormal();
        for (int r = 0; r < rows; r++)
            for (int t = 0; t < 4; t++)
            {
                Span<float> own = x.AsSpan(r * 6 + t % 2 * 3, 3);
                y[r * 4 + t] = MathF.Tanh(2 * own[0]) * (1 + MathF.Abs(own[1])) + own[2] * own[1]
                    + 0.1f * (float)random.NextNormal();
            }
        return new TaskTable(x, 6, Tasks, y);
    }
}
