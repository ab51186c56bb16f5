using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Tests.Training;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public sealed class TabularGradTagAffinityTests
{
    private static readonly RowSplit Split = new([.. Enumerable.Range(0, 220)], [.. Enumerable.Range(220, 80)]);

    private static readonly TabularGradTagOptions Options = new()
    {
        Training = new() { Hidden = [16, 12], Epochs = 30, BatchSize = 64, Scaling = TabularScaling.Standard },
        Subsets = 20, Bases = 4,
    };

    [TestMethod]
    [DataRow(SubsetEvaluation.Forward)]
    [DataRow(SubsetEvaluation.Linearized)]
    public void Estimate_TwoPlantedGroups_AreFoundWithTheSameBitsOnAnyThreads(SubsetEvaluation evaluation)
    {
        TabularGradTagOptions options = Options with { Evaluation = evaluation };
        TaskAffinity affinity = Estimate(options with { Threads = 1 });
        double within = 0, across = 0;
        for (int i = 0; i < 6; i++)
            for (int j = 0; j < 6; j++)
                if (i != j && i % 2 == j % 2)
                    within += affinity[i, j] / 12;
                else if (i != j)
                    across += affinity[i, j] / 18;
        Assert.IsGreaterThan(across + 0.3, within);
        Assert.AreEqual("Grad-TAG (tabular network)", affinity.Method);
        CollectionAssert.AreEqual(affinity.Values.ToArray(), Estimate(options with { Threads = 3 }).Values.ToArray());
    }

    [TestMethod]
    public void Predict_RandomSubspaceOfManyDirections_AgreesInOrderWithTheKrylovBasis()
    {
        TabularGradTagOptions options = Options with { Lambda = 0.3, RandomDimension = 400 };
        LinearizedTabular krylov = new TabularGradTagAffinity(options).Base(Planted(), Split, 0, default), random =
            new TabularGradTagAffinity(options with { Subspace = GradTagSubspace.Rademacher })
                .Base(Planted(), Split, 0, default);
        int[][] subsets = AffinitySubsets.Combinations(6, 3);
        double[] start = krylov.Losses(krylov.Network, [0, 1, 2, 3, 4, 5]);
        double[] Changes(LinearizedTabular one) =>
            [.. subsets.SelectMany(s => one.Predict(s).Zip(s, (loss, t) => loss - start[t]))];
        double[] a = Changes(krylov), b = Changes(random);
        Assert.IsGreaterThan(0.8, Correlation(a, b));
        Assert.IsGreaterThan(1e-3, a.Max(Math.Abs), "steps that move nothing would agree, too");
    }

    // Along the directions of its own gradients a subset's step is that of all parameters where the loss is quadratic.
    [TestMethod]
    public void Predict_OneTaskAndALongPenalty_MovesAgainstItsGradient()
    {
        LinearizedTabular one = new TabularGradTagAffinity(Options with { Lambda = 200 }).Base(Planted(), Split, 0,
            default);
        double[] losses = one.Losses(one.Network, [0, 1, 2, 3, 4, 5]);
        for (int t = 0; t < 6; t++)
            Assert.IsLessThan(0.05, Math.Abs(one.Predict([t])[0] - losses[t]), $"task {t}");
    }

    [TestMethod]
    public void Validate_SubspaceOfTheOtherNetwork_IsRefused() => StringAssert.StartsWith(
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
            (Options with { Subspace = GradTagSubspace.Whole }).Validate()).Message,
        "Subspace must be Krylov or Rademacher for a tabular network");

    private static TaskAffinity Estimate(TabularGradTagOptions options) =>
        new TabularGradTagAffinity(options).Estimate(Planted(), Split);

    // Even tasks follow one direction of the features, odd ones another; each has few labels and much noise.
    private static TaskTable Planted()
    {
        var random = new RandomStream(8, "planted");
        float[] x = new float[300 * 12], labels = new float[300 * 6];
        foreach (ref float value in x.AsSpan())
            value = (float)random.NextNormal();
        for (int r = 0; r < 300; r++)
            for (int t = 0; t < 6; t++)
            {
                ReadOnlySpan<float> own = x.AsSpan(r * 12, 12);
                double signal = t % 2 == 0 ? own[0] * own[1] + own[2] : own[3] * own[4] - own[5];
                labels[r * 6 + t] = signal + 0.5 * random.NextNormal() > 0 ? 1 : 0;
            }
        return new TaskTable(x, 12, [.. Enumerable.Range(0, 6).Select(t => new TaskInfo($"t{t}", TaskKind.Binary))],
            labels);
    }

    private static double Correlation(double[] a, double[] b)
    {
        double ma = a.Average(), mb = b.Average();
        return a.Zip(b, (x, y) => (x - ma) * (y - mb)).Sum()
            / Math.Sqrt(a.Sum(x => (x - ma) * (x - ma)) * b.Sum(y => (y - mb) * (y - mb)));
    }
}
