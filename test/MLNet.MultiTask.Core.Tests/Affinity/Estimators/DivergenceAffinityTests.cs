using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public sealed class DivergenceAffinityTests
{
    [TestMethod]
    public void Embedding_TwoTasksWithRowsOfTheirOwn_HasTheDistanceOfTheExactKernel()
    {
        const int rows = 120;
        TaskTable table = Indexed(rows, r => r % 2, (x, task) => task == 0 ? x[0] + x[1] : x[0] - 2 * x[2]);
        int[] all = [.. Enumerable.Range(0, rows)], first = [.. all.Where(r => r % 2 == 0)],
            second = [.. all.Where(r => r % 2 == 1)];
        var frequencies = new RandomFrequencies(table, all, 20_000, 2, 1);
        float[] one = DivergenceAffinity.Embedding(table, frequencies, first, 0),
            other = DivergenceAffinity.Embedding(table, frequencies, second, 1);
        double measured = one.Zip(other, (a, b) => ((double)a - b) * (a - b)).Sum();

        // ‖μ − μ'‖² = mean k(a, a') + mean k(b, b') − 2 mean k(a, b), a double sum each.
        double[] deviations = [.. Enumerable.Range(0, 3).Select(f => Deviation([.. all.Select(r =>
            (double)table.FeatureRow(r)[f])]))];
        double[] labels = [.. all.Select(r => (double)table.Label(r, r % 2))];
        double Standard(int r)
        {
            double[] own = [.. all.Where(s => s % 2 == r % 2).Select(s => labels[s])];
            return (labels[r] - own.Average()) / Deviation(own);
        }
        double Kernel(int a, int b) => (1 + Standard(a) * Standard(b)) * Math.Exp(-Enumerable.Range(0, 3).Sum(f =>
            Math.Pow((table.FeatureRow(a)[f] - table.FeatureRow(b)[f]) / deviations[f], 2)) / 8);
        double Mean(int[] rows, int[] others) => rows.Average(a => others.Average(b => Kernel(a, b)));
        double exact = Mean(first, first) + Mean(second, second) - 2 * Mean(first, second);

        Assert.AreEqual(exact, measured, 0.03 * exact);
    }

    [TestMethod]
    public void Estimate_TasksOfTwoFunctions_FindsWhoHasTheSame()
    {
        const int rows = 800;
        TaskTable table = Indexed(rows, r => r % 4, (x, task) => task < 2 ? x[0] + x[1] : x[0] * x[1] - x[2]);
        TaskAffinity affinity = new DivergenceAffinity(new()).Estimate(table, RowSplit.Random(rows, 0.25, 1));
        double[] strangers = [affinity[0, 2], affinity[0, 3], affinity[1, 2], affinity[1, 3]];
        Assert.IsTrue(Math.Min(affinity[0, 1], affinity[2, 3]) > strangers.Max(), string.Join(", ", strangers));
    }

    [TestMethod]
    public void Estimate_WidthOfZero_NamesTheRange() => StringAssert.Contains(
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new DivergenceAffinity(new() { Width = 0 })
            .Estimate(Indexed(40, r => r % 2, (x, _) => x[0]), RowSplit.Random(40, 0.25, 1))).Message,
        "Width must be positive and finite, or null");

    private static TaskTable Indexed(int rows, Func<int, int> taskOf, Func<float[], int, double> function)
    {
        var random = new RandomStream(1, "divergence test");
        int tasks = 1 + Enumerable.Range(0, rows).Max(taskOf);
        float[] features = new float[rows * 3], labels = new float[rows * tasks];
        Array.Fill(labels, float.NaN);
        for (int r = 0; r < rows; r++)
        {
            float[] x = [.. Enumerable.Range(0, 3).Select(_ => (float)random.NextNormal())];
            x.CopyTo(features, r * 3);
            labels[r * tasks + taskOf(r)] = (float)(function(x, taskOf(r)) + 0.1 * random.NextNormal());
        }
        return new TaskTable(features, 3,
            [.. Enumerable.Range(0, tasks).Select(t => new TaskInfo($"t{t}", TaskKind.Regression))], labels);
    }

    private static double Deviation(double[] values)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
    }
}
