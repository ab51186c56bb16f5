using MLNet.MultiTask.Benchmarks.Generators;

namespace MLNet.MultiTask.Benchmarks.Tests.Generators;

[TestClass]
public class MultiTabBenchTests
{
    [TestMethod]
    public void Directions_BlockCorrelation_CosinesAreExact()
    {
        var options =
            new MultiTabBenchOptions { GroupSizes = [2, 3], WithinCorrelation = 0.7, BetweenCorrelation = 0.1 };
        int[] group = [0, 0, 1, 1, 1];
        double[][] w = MultiTabBench.Directions(options, group);
        for (int i = 0; i < 5; i++)
            for (int j = 0; j < 5; j++)
                Assert.AreEqual(i == j ? 1 : group[i] == group[j] ? 0.7 : 0.1,
                    w[i].Zip(w[j], (a, b) => a * b).Sum(), 1e-12);
    }

    [TestMethod]
    public void Generate_DegreeOne_LabelsCorrelateAsTheDirectionsDo()
    {
        var options = new MultiTabBenchOptions { Rows = 20000, GroupSizes = [2, 2], Degrees = [1], Noise = 0,
            BetweenCorrelation = 0.2 };
        (TaskTable table, TaskGrouping planted) = MultiTabBench.Generate(options);
        Assert.AreEqual("0,1|2,3", planted.ToString());
        Assert.AreEqual(0.8, Correlation(table, 0, 1), 0.02);
        Assert.AreEqual(0.2, Correlation(table, 0, 2), 0.02);
    }

    [TestMethod]
    public void Generate_LabelsMislead_PartnersAreUncorrelatedAndStrangersAreNot()
    {
        var options = new MultiTabBenchOptions
        {
            Rows = 20000,
            GroupSizes = [3, 3],
            WithinCorrelation = 1,
            BetweenCorrelation = 0,
            Noise = 1,
            LabelsMislead = true,
        };
        (TaskTable table, _) = MultiTabBench.Generate(options);
        Assert.AreEqual(0, Correlation(table, 0, 1), 0.05);
        Assert.AreEqual(0.45, Correlation(table, 0, 3), 0.05);
    }

    [TestMethod]
    public void Generate_TooFewFeatures_NamesTheLimit()
    {
        var error =
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => MultiTabBench.Generate(new() { Features = 10 }));
        StringAssert.Contains(error.Message, "Features must be at least 1 + groups + tasks = 16");
    }

    private static double Correlation(TaskTable table, int a, int b)
    {
        double[] x = [.. Enumerable.Range(0, table.RowCount).Select(r => (double)table.Label(r, a))];
        double[] y = [.. Enumerable.Range(0, table.RowCount).Select(r => (double)table.Label(r, b))];
        return MathNet.Numerics.Statistics.Correlation.Pearson(x, y);
    }
}
