using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Torch.Tests.Affinity;

[TestClass]
public sealed class TorchGradTagTests : TorchTests
{
    private static readonly RowSplit Split = new([.. Enumerable.Range(0, 220)], [.. Enumerable.Range(220, 80)]);

    /// <summary>On the shared-bottom network both estimates mean the same, and must say the same.</summary>
    [TestMethod]
    [DataRow(GradTagSubspace.Krylov, true, "")]
    [DataRow(GradTagSubspace.Krylov, false, "")]
    [DataRow(GradTagSubspace.Krylov, true, "linearized")]
    public void Predict_SharedBottomNetwork_IsTheManagedEstimate(GradTagSubspace subspace, bool euclidean,
        string evaluation)
    {
        TaskInfo[] tasks = [.. "bbrmbr".Select((k, t) => new TaskInfo($"{k}{t}", k == 'b' ? TaskKind.Binary
            : k == 'm' ? TaskKind.Multiclass : TaskKind.Regression, k == 'm' ? ["x", "y", "z"] : null))];
        TaskTable table = Problems.Mixed(300, 5, 0.1, tasks: tasks);
        TrainingOptions training = TestModules.Training with { MaxEpochs = 10 };
        TrainingResult trained = NetworkTrainer.Train(table, Split, [0, 1, 2, 3, 4, 5],
            training with { Hidden = [10, 6] });
        NetworkShape shape = trained.Network.Shape;
        SubsetEvaluation how = evaluation.Length == 0 ? SubsetEvaluation.Forward : SubsetEvaluation.Linearized;
        var managed = new LinearizedNetwork(trained.Network, table, Split, new GradTagOptions
        {
            Training = training with { Threads = null }, Subspace = subspace, KrylovProducts = 1, OwnProducts = 1,
                LearnHeads = false,
            Geometry = euclidean ? StepGeometry.Euclidean : StepGeometry.AdamW, Lambda = euclidean ? 0.3 : null,
            Evaluation = how,
            Seed = 4, Threads = 1,
        }, default);
        using var module = new LinearizedModule(ModuleBuilder.Create(c => new SharedBottomModule(c, shape, 0),
            ArchitectureText.Parse("x"), 5, tasks, 1), trained.Network.Parameters,
            new TrainingProblem(table, Split, [0, 1, 2, 3, 4, 5]), new TorchGradTagOptions
            {
                Module = new() { Training = training }, Lambda = euclidean ? 0.3 : null, FineTuningEpochs = 3, Seed = 4,
                Evaluation = how,
            }, default);
        var length = euclidean ? new StepLength(0.3, 0) : new StepLength(null, 3);

        double largestChange = 0;
        foreach (int[] subset in AffinitySubsets.Combinations(6, 3))
        {
            double[] expected = managed.Predict([subset], length)[0].Losses, actual = module.Predict(subset);
            for (int k = 0; k < subset.Length; k++)
            {
                largestChange = Math.Max(largestChange, Math.Abs(expected[k] - managed.Losses[subset[k]]));
                Assert.AreEqual(expected[k], actual[k], 1e-3, $"task {subset[k]} of {string.Join(',', subset)}");
            }
        }
        Assert.IsGreaterThan(0.02, largestChange, "steps that move nothing would agree, too");
    }

    [TestMethod]
    [DataRow(GradTagSubspace.Rademacher)]
    [DataRow(GradTagSubspace.Kronecker)]
    public void Predict_RandomSubspaceOfManyDirections_AgreesInOrderWithTheKrylovBasis(GradTagSubspace subspace)
    {
        TaskTable table = Table(6);
        var options = new TorchGradTagOptions
        {
            Module = new() { Architecture = "mlp(hidden=8)", Training = TestModules.Training }, Lambda = 0.3, Seed = 3,
            RandomDimension = 150, Threads = 1,
        };
        using LinearizedModule krylov = new TorchGradTagAffinity(options).Base(table, Split, 0, default),
            random = new TorchGradTagAffinity(options with { Subspace = subspace }).Base(table, Split, 0, default);
        int[][] subsets = AffinitySubsets.Combinations(6, 3);
        double[] all = krylov.Losses([0, 1, 2, 3, 4, 5]);
        double[] a = [.. subsets.SelectMany(s => krylov.Predict(s).Zip(s, (l, t) => l - all[t]))],
            b = [.. subsets.SelectMany(s => random.Predict(s).Zip(s, (l, t) => l - all[t]))];

        Assert.IsGreaterThan(0.8, Correlation(a, b));
    }

    [TestMethod]
    public void Estimate_TwoPlantedGroups_AreFound()
    {
        TaskAffinity affinity = new TorchGradTagAffinity(new TorchGradTagOptions
        {
            Module = new() { Architecture = "mlp(hidden=12)", Training = TestModules.Training with { MaxEpochs = 12 } },
            Subsets = 20, Bases = 1, Threads = 1,
        }).Estimate(Table(6), Split);
        double within = 0, across = 0;
        for (int i = 0; i < 6; i++)
            for (int j = 0; j < 6; j++)
                if (i != j && i % 2 == j % 2)
                    within += affinity[i, j] / 12;
                else if (i != j)
                    across += affinity[i, j] / 18;

        Assert.IsGreaterThan(across + 0.3, within);
        Assert.AreEqual("Grad-TAG (module)", affinity.Method);
        Assert.AreEqual(20, affinity.Diagnostics["subsets"]);
    }

    [TestMethod]
    public void Validate_EveryTaskItsOwnEpoch_IsRefused() => StringAssert.StartsWith(
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new TorchGradTagOptions
        {
            Module = new() { Training = new() { EarlyStopping = EarlyStopping.PerTask } },
        }.Validate()).Message, "Module.EarlyStopping must be Macro");

    // Even tasks follow one direction of the features, odd ones another; each has few labels and much noise.
    private static TaskTable Table(int tasks)
    {
        var random = new RandomStream(8, "planted");
        float[] x = new float[300 * 12], labels = new float[300 * tasks];
        foreach (ref float value in x.AsSpan())
            value = (float)random.NextNormal();
        for (int r = 0; r < 300; r++)
            for (int t = 0; t < tasks; t++)
            {
                ReadOnlySpan<float> own = x.AsSpan(r * 12, 12);
                double signal = t % 2 == 0 ? own[0] * own[1] + own[2] : own[3] * own[4] - own[5];
                labels[r * tasks + t] = signal + 0.5 * random.NextNormal() > 0 ? 1 : 0;
            }
        return new TaskTable(x, 12,
            [.. Enumerable.Range(0, tasks).Select(t => new TaskInfo($"t{t}", TaskKind.Binary))], labels);
    }

    internal static double Correlation(double[] a, double[] b)
    {
        double ma = a.Average(), mb = b.Average();
        double ab = a.Zip(b, (x, y) => (x - ma) * (y - mb)).Sum();
        return ab / Math.Sqrt(a.Sum(x => (x - ma) * (x - ma)) * b.Sum(y => (y - mb) * (y - mb)));
    }
}
