using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Tests.Affinity;

/// <summary>
/// Look-ahead, dot product and cosine against a network in double precision that knows nothing of gradients.
/// </summary>
[TestClass]
public sealed class GradientObserverTests
{
    private static readonly TaskTable s_table = AffinityFixture.Mixed(30);
    private static readonly SharedBottomNetwork s_network = AffinityFixture.Network(s_table, 7, 5);
    private static readonly int[] s_batch = [.. Enumerable.Range(3, 24)];

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Compute_Batch_AgreesWithFiniteDifferencesOfTheLosses(bool layerNorm)
    {
        SharedBottomNetwork network = layerNorm ? AffinityFixture.Network(s_table, true, 7, 5) : s_network;
        TrunkVectors gradients = new TaskGradients(s_table).Compute(network, s_batch);
        for (int t = 0; t < 4; t++)
        {
            double[] expected = NumericGradient(t, network);
            for (int b = 0; b < gradients.Blocks.Length; b++)
                for (int i = 0; i < gradients.Vector(b, t).Length; i++)
                    Assert.AreEqual(expected[TrunkVectors.BlockOffset(network.Shape, b) + i],
                        gradients.Vector(b, t)[i], 1e-5);
        }
    }

    [TestMethod]
    public void OnStep_Lookahead_IsReallyTakingTheStepAndMeasuringAgain()
    {
        const float step = 0.5f;
        var lookahead = new TagLookaheadAffinity.Lookahead(s_table, new() { StepSize = step, Threads = 1 },
            CancellationToken.None);
        lookahead.OnStep(s_network, s_batch, 1);
        TaskAffinity affinity = lookahead.Means.ToAffinity("TAG", standardize: false);
        double[] start = ReferenceNetwork.Parameters(s_network);
        for (int source = 0; source < 4; source++)
        {
            double[] gradient = NumericGradient(source),
                moved = [.. start.Select((p, k) => k < gradient.Length ? p - step * gradient[k] : p)];
            for (int target = 0; target < 4; target++)
            {
                double before = ReferenceNetwork.MeanLoss(s_network, start, s_table, s_batch, target);
                double after = ReferenceNetwork.MeanLoss(s_network, moved, s_table, s_batch, target);
                Assert.AreEqual((1 - after / before) / step, affinity[target, source], 1e-6, $"{target} from {source}");
            }
        }
    }

    [TestMethod]
    public void Add_GramianOfABatch_GivesDotOverTargetLossAndCosine()
    {
        var gradients = new TaskGradients(s_table);
        double[] gram = gradients.Compute(s_network, s_batch).Gram(1);
        PairMeans dot = new(s_table.Tasks), cosine = new(s_table.Tasks);
        GradientDotAffinity.Add(dot, gram, gradients.Losses);
        GradientCosineAffinity.Add(cosine, gram, gradients.Losses);
        TaskAffinity dots = dot.ToAffinity("dot", false), cosines = cosine.ToAffinity("cosine", false);
        double[][] numeric = [.. Enumerable.Range(0, 4).Select(t => NumericGradient(t))];
        for (int i = 0; i < 4; i++)
            for (int j = 0; j < 4; j++)
            {
                double product = numeric[i].Zip(numeric[j], (a, b) => a * b).Sum();
                double loss = ReferenceNetwork.MeanLoss(s_network, ReferenceNetwork.Parameters(s_network), s_table,
                    s_batch, i);
                Assert.AreEqual(product / loss, dots[i, j], 1e-5);
                Assert.AreEqual(product / Norm(numeric[i]) / Norm(numeric[j]), cosines[i, j], 1e-5);
            }
    }

    [TestMethod]
    public void OnStep_BatchWithoutATask_LeavesItsPairsOut()
    {
        float[] labels = [.. s_table.Labels];
        for (int row = 0; row < 15; row++)
            labels[row * 4 + 1] = float.NaN;
        var table = new TaskTable(s_table.Features, s_table.Tasks, labels);
        var lookahead = new TagLookaheadAffinity.Lookahead(table, new() { Interval = 1, Threads = 1 },
            CancellationToken.None);
        lookahead.OnStep(s_network, [.. Enumerable.Range(15, 15)], 1);
        double[] seen = lookahead.Means.ToAffinity("TAG", standardize: false).Values.ToArray();
        lookahead.OnStep(s_network, [.. Enumerable.Range(0, 15)], 2);
        double[] after = lookahead.Means.ToAffinity("TAG", standardize: false).Values.ToArray();
        for (int p = 0; p < 16; p++)
            if (p / 4 == 1 || p % 4 == 1)
                Assert.AreEqual(seen[p], after[p]);
            else
                Assert.AreNotEqual(seen[p], after[p]);
    }

    [TestMethod]
    public void Estimate_Interval_LooksAtEveryKthStep()
    {
        var training = new TrainingOptions { Hidden = [4], MaxEpochs = 2, Patience = null, BatchSize = 5 };
        TaskAffinity affinity =
            new GradientCosineAffinity(new() { Training = training, Interval = 3, Standardize = false })
            .Estimate(s_table, new RowSplit([.. Enumerable.Range(0, 25)], [.. Enumerable.Range(25, 5)]));
        Assert.AreEqual(4, affinity.Diagnostics["measurements"], "steps 1, 4, 7 and 10");
        Assert.AreEqual(1, affinity[2, 2], 1e-12);
    }

    [TestMethod]
    public void Estimate_Standardised_RowsHaveMeanZeroAndSpreadOne()
    {
        TaskAffinity affinity =
            new TagLookaheadAffinity(new() { Training = new() { Hidden = [4] }, Steps = 5, Interval = 2 })
            .Estimate(s_table, new RowSplit([.. Enumerable.Range(0, 25)], [.. Enumerable.Range(25, 5)]));
        Assert.AreEqual(3, affinity.Diagnostics["measurements"], "steps 1, 3 and 5");
        for (int i = 0; i < 4; i++)
        {
            double[] others = [.. Enumerable.Range(0, 4).Where(j => j != i).Select(j => affinity[i, j])];
            Assert.AreEqual(0, others.Average(), 1e-9);
            Assert.AreEqual(1, others.Average(v => v * v), 1e-9);
            Assert.AreEqual(0, affinity[i, i]);
        }
    }

    private static double[] NumericGradient(int task, SharedBottomNetwork? of = null)
    {
        const double h = 1e-6;
        SharedBottomNetwork network = of ?? s_network;
        double[] parameters = ReferenceNetwork.Parameters(network),
            gradient = new double[network.Shape.TrunkParameterCount];
        for (int k = 0; k < gradient.Length; k++)
        {
            double own = parameters[k];
            parameters[k] = own + h;
            double up = ReferenceNetwork.MeanLoss(network, parameters, s_table, s_batch, task);
            parameters[k] = own - h;
            gradient[k] = (up - ReferenceNetwork.MeanLoss(network, parameters, s_table, s_batch, task)) / (2 * h);
            parameters[k] = own;
        }
        return gradient;
    }

    private static double Norm(double[] v) => Math.Sqrt(v.Sum(x => x * x));
}
