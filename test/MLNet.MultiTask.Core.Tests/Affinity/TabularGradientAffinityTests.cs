using System.Numerics.Tensors;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public sealed class TabularGradientAffinityTests
{
    private static readonly TabularGradientOptions Options = new()
    {
        Training = new()
        {
            Hidden = [9, 7], Epochs = 3, BatchSize = 40, Scaling = TabularScaling.Standard, Dropout = 0,
        },
        Standardize = false,
    };

    private static readonly RowSplit Split = new([.. Enumerable.Range(0, 90)], [.. Enumerable.Range(90, 30)]);

    // The first step alone, of all rows: its gradients are those at the initial parameters, by the other passes that
    // Grad-TAG takes them from.
    [TestMethod]
    public void Estimate_OneStep_IsOfTheGradientsAtTheStart()
    {
        TaskTable table = AffinityFixture.Mixed(120);
        TabularGradientOptions options =
            Options with { Training = Options.Training with { Epochs = 1, BatchSize = 90 } };
        (double[][] gradients, double[] losses) = AtStart(table, options);
        TaskAffinity dot = new TabularGradientDotAffinity(options).Estimate(table, Split),
            cosine = new TabularGradientCosineAffinity(options).Estimate(table, Split);
        double longest = gradients.Max(g => Dot(g, g));
        for (int i = 0; i < 4; i++)
            for (int j = 0; j < 4; j++)
            {
                double product = Dot(gradients[i], gradients[j]);
                Assert.AreEqual(product / losses[i], dot[i, j], 1e-4 * longest / losses[i], $"{i} from {j}");
                Assert.AreEqual(product / Math.Sqrt(Dot(gradients[i], gradients[i]) * Dot(gradients[j], gradients[j])),
                    cosine[i, j], 1e-4, $"{i} from {j}");
            }
        Assert.AreEqual(1, dot.Diagnostics["measurements"]);
    }

    [TestMethod]
    [DataRow(1, 9)]
    [DataRow(4, 3)]
    public void Estimate_Interval_LooksAtEverySoManySteps(int interval, int looks)
    {
        TaskAffinity affinity = new TabularGradientCosineAffinity(Options with { Interval = interval })
            .Estimate(AffinityFixture.Mixed(120), Split);
        Assert.AreEqual(looks, affinity.Diagnostics["measurements"]);
    }

    [TestMethod]
    public void Validate_Interval_IsRefused() => StringAssert.StartsWith(
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => (Options with { Interval = 0 }).Validate()).Message,
        "Interval must be at least 1");

    private static (double[][], double[]) AtStart(TaskTable table, TabularGradientOptions options)
    {
        var problem = new TrainingProblem(table, Split, [0, 1, 2, 3]);
        ulong seed = new RandomStream(options.Seed, "affinity/run", 0).NextUInt64();
        // Half of the tasks are regression, or fewer: SELU.
        TabularNetwork network = TabularBuilder.Create(problem, options.Training,
            FeatureScaling.Standard(table, problem.Train), NetworkActivation.Selu, seed);
        var chunk = new TabularChunk(network, table, 90);
        chunk.Load(problem.Train);
        var gradients = new double[4][];
        var losses = new double[4];
        for (int t = 0; t < 4; t++)
        {
            double weight = problem.Train.Sum(row => (double)table.Weight(row, t));
            var signals = new float[chunk.PairCount];
            for (int p = 0; p < signals.Length; p++)
                if (chunk.PairTask[p] == t)
                {
                    signals[p] = (float)(-chunk.Weights[p] * chunk.Pairs[p].Slope / weight);
                    losses[t] += chunk.Weights[p] * chunk.Pairs[p].Loss / weight;
                }
            var sum = new float[network.Shape.TrunkParameterCount];
            chunk.Pull(signals, sum);
            gradients[t] = [.. sum.Select(v => (double)v)];
        }
        return (gradients, losses);
    }

    private static double Dot(double[] a, double[] b) => TensorPrimitives.Dot<double>(a, b);
}
