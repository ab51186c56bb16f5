using MLNet.MultiTask.Affinity;
using Oracle = MathNet.Numerics.Statistics.Correlation;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public sealed class LabelCorrelationAffinityTests
{
    private static readonly TaskInfo s_binary = new("b", TaskKind.Binary), s_value = new("v", TaskKind.Regression);
    private static readonly TaskInfo s_pair = new("c2", TaskKind.Multiclass, ["x", "y"]),
        s_classes = new("c3", TaskKind.Multiclass, ["x", "y", "z"]);

    [TestMethod]
    public void Estimate_TwoClassesInAnyForm_IsAbsolutePearson()
    {
        float[] yes = [1, 0, 1, 1, 0, 0, 1, 0], other = [0, 1, 0, 1, 1, 0, 0, 1], value = [3, -1, 2, 5, 0, 1, 2, 2];
        double Expected(float[] x, float[] y) =>
            Math.Abs(Oracle.Pearson(x.Select(v => (double)v), y.Select(v => (double)v)));
        Assert.AreEqual(Expected(yes, value), Of((s_binary, yes), (s_value, value)), 1e-12);
        Assert.AreEqual(Expected(yes, value), Of((s_pair, yes), (s_value, value)), 1e-12);
        Assert.AreEqual(Expected(yes, other), Of((s_binary, yes), (s_pair, other)), 1e-12);
        Assert.AreEqual(Expected(value, [2, 1, 1, 4, 0, 2, 0, 2]),
            Of((s_value, value), (new("w", TaskKind.Regression), [2, 1, 1, 4, 0, 2, 0, 2])), 1e-12);
    }

    // χ² of the 2×3 table [[3, 0, 1], [0, 2, 2]]: expected counts 1.5, 1, 1.5, so χ² = 1.5 + 1 + 1/6 + 1.5 + 1 +
    // 1/6 = 16/3; V = √(16/3/8).
    [TestMethod]
    public void Estimate_BinaryAndThreeClasses_IsCramersV() => Assert.AreEqual(Math.Sqrt(2.0 / 3),
        Of((s_binary, [0, 0, 0, 0, 1, 1, 1, 1]), (s_classes, [0, 0, 0, 2, 1, 1, 2, 2])), 1e-12);

    // Class means 1, 5, 3 around 3 (two each): between = 2·(4 + 4 + 0) = 16; within adds 2·(1 + 1 + 1) → 16 / 22.
    [TestMethod]
    public void Estimate_ThreeClassesAndRegression_IsCorrelationRatio() => Assert.AreEqual(Math.Sqrt(16.0 / 22),
        Of((s_classes, [0, 0, 1, 1, 2, 2]), (s_value, [0, 2, 4, 6, 2, 4])), 1e-12);

    [TestMethod]
    public void Estimate_WholeWeights_CountLikeRepeatedRows()
    {
        TaskInfo[] tasks = [s_classes, s_value];
        float[] labels = [0, 1, 1, 3, 2, 2, 0, 4], weights = [2, 2, 1, 1, 3, 3, 1, 1];
        var weighted = new TaskTable([0, 0, 0, 0], 1, tasks, labels, weights);
        var repeated = new TaskTable(new float[7], 1, tasks, [0, 1, 0, 1, 1, 3, 2, 2, 2, 2, 2, 2, 0, 4]);
        Assert.AreEqual(Estimate(repeated)[0, 1], Estimate(weighted)[0, 1], 1e-12);
    }

    [TestMethod]
    public void Estimate_ConstantOrSingleSharedRow_IsZero()
    {
        Assert.AreEqual(0, Of((s_binary, [1, 1, 1, float.NaN]), (s_value, [3, 4, 5, 6])));
        var table = new TaskTable(new float[3], 1, [s_binary, s_value, s_pair],
            [1, 2, 0, 0, float.NaN, 1, 1, float.NaN, 1]);
        TaskAffinity affinity = Estimate(table);
        Assert.AreEqual(0, affinity[0, 1]);
        Assert.AreEqual(0.5, affinity[0, 2], 1e-12);
        Assert.AreEqual(0, affinity.Diagnostics["minimumSharedRows"]);
    }

    // Weights of 1 are multiplied row by row, without weights rows are counted by the bit.
    [TestMethod]
    public void Estimate_ManyRowsOfClasses_CountedAreThoseGoneThroughOneByOne()
    {
        const int rows = 333;
        TaskInfo[] tasks = [s_binary, s_pair, s_classes, s_value, new("rare", TaskKind.Binary)];
        var random = new RandomStream(1, "labels");
        var labels = new float[rows * tasks.Length];
        for (int p = 0; p < labels.Length; p++)
        {
            double u = random.NextDouble();
            int classes = p % tasks.Length == 2 ? 3 : 2;
            labels[p] = u < 0.3 ? float.NaN : p % tasks.Length == 4 && u < 0.99 ? 0 : random.NextInt32(classes);
            if (p % tasks.Length == 1 && random.NextDouble() < 0.5)
                labels[p] = labels[p - 1];
        }
        var ones = new float[labels.Length];
        Array.Fill(ones, 1);
        TaskAffinity counted = Estimate(new TaskTable(new float[rows], 1, tasks, labels)),
            oneByOne = Estimate(new TaskTable(new float[rows], 1, tasks, labels, ones));
        Assert.IsTrue(counted[0, 1] > 0.3);
        CollectionAssert.AreEqual(oneByOne.Values.ToArray(), counted.Values.ToArray());
        Assert.AreEqual(oneByOne.Diagnostics["minimumSharedRows"], counted.Diagnostics["minimumSharedRows"]);
    }

    private static double Of((TaskInfo Task, float[] Labels) x, (TaskInfo Task, float[] Labels) y)
    {
        var table = new TaskTable(new float[x.Labels.Length], 1, [x.Task, y.Task],
            [.. x.Labels.Zip(y.Labels, (a, b) => new[] { a, b }).SelectMany(p => p)]);
        TaskAffinity affinity = Estimate(table);
        Assert.AreEqual(affinity[0, 1], affinity[1, 0]);
        Assert.AreEqual(1, affinity[0, 0]);
        return affinity[1, 0];
    }

    private static TaskAffinity Estimate(TaskTable table) =>
        new LabelCorrelationAffinity().Estimate(table, new RowSplit(AffinityFixture.AllRows(table), []));
}
