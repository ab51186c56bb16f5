using MathNet.Numerics.LinearAlgebra;
using MLNet.MultiTask.Affinity;
using Network = MLNet.MultiTask.Tests.Affinity.StandleyTables.Network;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public sealed class SurrogateTests
{
    private const int Tasks = 6;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void Estimate_SubsetsPredictedByGradTag_IsTheRegressionOnItsPredictions()
    {
        (TaskTable table, _) = MultiTabBench.Generate(new()
        {
            Rows = 160, Features = 12, GroupSizes = [4, 3], Noise = 1, Seed = 2,
        });
        RowSplit split = RowSplit.Random(160, 0.3, 1);
        var predicted = new GradTagOptions { Stage = BaseStage.Early, Bases = 1, Training = new() { Hidden = [8],
            MaxEpochs = 6 } };
        var options = new SurrogateOptions { Predicted = predicted, Ridge = 0.5, Standardize = false, Seed = 4 };
        TaskAffinity affinity = new RidgeSurrogateAffinity(options).Estimate(table, split);

        Func<IReadOnlyList<int>, double[]> predict = new GradTagAffinity(predicted)
            .Estimate(table, split).PredictGroup!;
        int[][] subsets = options.Draw(7, default);
        double[][] losses = [.. subsets.Select(s => predict(s))];
        var design = new SubsetDesign(0, 7, subsets, losses);
        int count = design.Losses.Length;
        Matrix<double> x = Matrix<double>.Build.Dense(count, 8, (s, j) => j == 7 ? 1 : design.Members[s][j]);
        Matrix<double> penalty = Matrix<double>.Build.DiagonalOfDiagonalArray([.. Enumerable.Repeat(0.5, 7), 0]);
        Vector<double> solution = (x.TransposeThisAndMultiply(x) + penalty)
            .Solve(x.TransposeThisAndMultiply(Vector<double>.Build.Dense(design.Losses)));
        for (int j = 1; j < 7; j++)
            Assert.AreEqual(-solution[j], affinity[0, j], 1e-9);
        Assert.AreEqual("Ridge surrogate of Grad-TAG", affinity.Method);
        Assert.IsFalse(affinity.Diagnostics.ContainsKey("runs"), "nothing was trained");
        Assert.AreEqual("Kernel surrogate of Grad-TAG", new KernelSurrogateAffinity(new() { Predicted = predicted })
            .Estimate(table, split).Method);
    }

    [TestMethod]
    public void RidgeFit_AdditiveLosses_FindsTheEffects()
    {
        SubsetDesign target = Design((i, s) => 2 + s.Where(j => j != i).Sum(j => 0.1 * j - 0.2));
        RidgeSurrogate surrogate = RidgeSurrogate.Fit(Padded(target), 1e-9);
        for (int j = 1; j < Tasks; j++)
            Assert.AreEqual(0.1 * j - 0.2, surrogate.Coefficients[0][j], 1e-6);
        Assert.AreEqual(2.5, surrogate.PredictGroup([4, 0, 5])[1], 1e-6);
        Assert.AreEqual(2, surrogate.PredictGroup([0])[0], 1e-6);
    }

    [TestMethod]
    [DataRow(0.01)]
    [DataRow(1.0)]
    public void RidgeFit_RandomLosses_SolvesThePenalisedNormalEquations(double ridge)
    {
        SubsetDesign target = Random(25);
        RidgeSurrogate surrogate = RidgeSurrogate.Fit(Padded(target), ridge);
        // The intercept is a column of ones without penalty.
        Matrix<double> x = Matrix<double>.Build.Dense(25, Tasks + 1, (s, j) => j == Tasks ? 1 : target.Members[s][j]);
        Matrix<double> penalty = Matrix<double>.Build.DiagonalOfDiagonalArray([.. Enumerable.Repeat(ridge, Tasks), 0]);
        Vector<double> solution =
            (x.TransposeThisAndMultiply(x)
            + penalty).Solve(x.TransposeThisAndMultiply(Vector<double>.Build.Dense(target.Losses)));
        for (int j = 0; j < Tasks; j++)
            Assert.AreEqual(solution[j], surrogate.Coefficients[0][j], 1e-9);
        Assert.AreEqual(solution[Tasks] + solution[2] + solution[5], surrogate.PredictGroup([0, 2, 5])[0], 1e-9);
    }

    [TestMethod]
    [DataRow(0.01)]
    [DataRow(1.0)]
    public void LeaveOneOutErrors_BothSurrogates_AreThoseOfReallyLeavingOut(double ridge)
    {
        SubsetDesign all = Random(20);
        double[] linear = RidgeSurrogate.LeaveOneOutErrors(all, ridge),
            kernel = KernelSurrogate.LeaveOneOutErrors(all, 0.3, ridge);
        for (int s = 0; s < 20; s++)
        {
            SubsetDesign rest = Random(20, leftOut: s);
            int[] group = [0, .. Enumerable.Range(0, Tasks).Where(j => all.Members[s][j] == 1)];
            Assert.AreEqual(all.Losses[s] - RidgeSurrogate.Fit(Padded(rest), ridge).PredictGroup(group)[0], linear[s],
                1e-9);
            Assert.AreEqual(all.Losses[s] - KernelSurrogate.Fit(Padded(rest), 0.3, ridge).PredictGroup(group)[0],
                kernel[s], 1e-9);
        }
    }

    [TestMethod]
    public void KernelFit_RandomLosses_SolvesTheBorderedSystem()
    {
        SubsetDesign target = Random(15);
        double Kernel(double[] a, double[] b) => Math.Exp(-0.3 * a.Zip(b, (x, y) => x == y ? 0 : 1).Sum());
        Matrix<double> system =
            Matrix<double>.Build.Dense(16, 16, (r, c) => r == 15 && c == 15 ? 0 : r == 15 || c == 15 ? 1
            : Kernel(target.Members[r], target.Members[c]) + (r == c ? 0.1 : 0));
        Vector<double> solution = system.Solve(Vector<double>.Build.Dense([.. target.Losses, 0]));
        double[] group = [0, 1, 0, 0, 1, 1];
        double expected = solution[15]
            + Enumerable.Range(0, 15).Sum(s => solution[s] * Kernel(target.Members[s], group));
        Assert.AreEqual(expected, KernelSurrogate.Fit(Padded(target), 0.3, 0.1).PredictGroup([5, 4, 0, 1])[2], 1e-9);
    }

    [TestMethod]
    public void KernelMeanEffects_AdditiveLosses_HaveTheSignsAndOrderOfTheEffects()
    {
        SubsetDesign[] targets = Padded(Design((i, s) => 2 + s.Where(j => j != i).Sum(j => 0.1 * j - 0.25)));
        double[] effects = KernelSurrogate.Fit(targets, 1.0 / Tasks, 1e-6).MeanEffects();
        for (int j = 1; j < Tasks; j++)
            Assert.AreEqual(0.1 * j - 0.25, effects[j], 0.01);
    }

    [TestMethod]
    public void Choose_TwoPenaltiesAlike_TakesTheLarger()
    {
        SubsetDesign[] targets = [Random(20)];
        SurrogateFit fit = SurrogateFit.Choose(targets, [1, 2, 3], (_, ridge) =>
            [ridge == 1 ? 1 : ridge == 2 ? 1.001 : 2], 1, CancellationToken.None);
        Assert.AreEqual(2, fit.Ridge);
    }

    // Singles, pairs and half of the triples are given; the other groups are predicted, against the mean loss of
    // the task and against pairs.
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void Fit_PublishedTables_PredictsUnseenGroupsBetterThanTheMeanLoss(int setting)
    {
        Network[] networks = [.. StandleyTables.Read(setting, "val").FullSize];
        int[] triples = [.. Enumerable.Range(0, 31).Where(n => networks[n].Tasks.Length == 3)];
        int[] order = new RandomStream(1, "triples").Permutation(triples.Length);
        Network[] given = [.. networks.Where(n => n.Tasks.Length < 3), .. order[..5].Select(t => networks[triples[t]])];
        Network[] unseen = [.. networks.Except(given)];
        SubsetDesign[] targets =
            [.. Enumerable.Range(0, 5).Select(i => new SubsetDesign(i, 5, [.. given.Select(n => n.Tasks)],
            [.. given.Select(StandleyTables.MemberLosses)]))];
        double ridge = SurrogateFit.Choose(targets, [0.01, 0.1, 1, 10], RidgeSurrogate.LeaveOneOutErrors, 1,
            default).Ridge;
        double kernelRidge = SurrogateFit.Choose(targets, [0.01, 0.1, 1, 10], (t, r) =>
            KernelSurrogate.LeaveOneOutErrors(t, 0.2, r), 1, default).Ridge;
        var pairs = new PairLosses([.. Enumerable.Range(0, 25).Select(p =>
            given.Single(n => n.Tasks.Contains(p / 5) && n.Tasks.Contains(p % 5)
            && n.Tasks.Length == (p / 5 == p % 5 ? 1 : 2)).Losses[p / 5])], 5);
        // Errors in units of the spread of the task's losses, since the five tasks have unlike losses.
        double Error(Func<IReadOnlyList<int>, double[]> predict) =>
            unseen.Average(n => n.Tasks.Zip(predict(n.Tasks), (t, p) =>
            Math.Abs(p - n.Losses[t]) / targets[t].Deviation).Average());
        double mean = Error(g => [.. g.Select(t => targets[t].Mean)]), pairwise = Error(pairs.PredictGroup);
        double linear = Error(RidgeSurrogate.Fit(targets, ridge).PredictGroup),
            kernel = Error(KernelSurrogate.Fit(targets, 0.2, kernelRidge).PredictGroup);
        TestContext.WriteLine($"setting {setting}: mean loss {mean:F3}, pairs {pairwise:F3}, ridge {linear:F3} " +
            $"(penalty {ridge}), kernel {kernel:F3} ({kernelRidge})");
        Assert.IsTrue(Math.Min(linear, kernel) < mean);
    }

    private static SubsetDesign Design(Func<int, int[], double> loss)
    {
        int[][] subsets = [.. Enumerable.Range(1, (1 << Tasks) - 1).Select(mask =>
            Enumerable.Range(0, Tasks).Where(t => (mask >> t & 1) == 1).ToArray())];
        return new SubsetDesign(0, Tasks, subsets, [.. subsets.Select(s => s.Select(i => loss(i, s)).ToArray())]);
    }

    private static SubsetDesign Random(int count, int leftOut = -1)
    {
        var random = new RandomStream(4, "losses");
        int[] masks = [.. random.Permutation(1 << (Tasks - 1)).Take(count)];
        double[][] losses = [.. masks.Select(_ => new[] { 1 + random.NextNormal() })];
        int[][] subsets = [.. masks.Select(mask =>
            (int[])[0, .. Enumerable.Range(1, Tasks - 1).Where(t => (mask >> (t - 1) & 1) == 1)])];
        int[] kept = [.. Enumerable.Range(0, count).Where(s => s != leftOut)];
        return new SubsetDesign(0, Tasks, [.. kept.Select(s => subsets[s])], [.. kept.Select(s => losses[s])]);
    }

    // Only target 0 is looked at; the others repeat it.
    private static SubsetDesign[] Padded(SubsetDesign target) => [.. Enumerable.Repeat(target, Tasks)];
}
