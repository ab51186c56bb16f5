using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Gradients;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public class KrylovBasisTests
{
    private static readonly double[] s_shares = [0.2, 0.2, 0.4, 0.2];

    [TestMethod]
    public void TaskGradients_MixedTasks_EqualFiniteDifferencesOfTheMeanLoss()
    {
        TaskTable table = AffinityFixture.Mixed();
        var network = AffinityFixture.Network(table, 9, 5);
        TrunkSweep sweep = AffinityFixture.Sweep(network, table);
        TrunkVectors gradients = KrylovBasis.TaskGradients(sweep, sweep.TaskWeights());
        TrunkVectors probes = AffinityFixture.RandomVectors(network.Shape, 4);

        const double h = 1e-6;
        for (int t = 0; t < 4; t++)
            for (int k = 0; k < 4; k++)
            {
                double up = ReferenceNetwork.MeanLoss(network, AffinityFixture.Moved(network, probes, k, h), table,
                    sweep.Rows, t);
                double down = ReferenceNetwork.MeanLoss(network, AffinityFixture.Moved(network, probes, k, -h), table,
                    sweep.Rows, t);
                Assert.AreEqual(-(up - down) / (2 * h), Dot(gradients, t, probes, k), 1e-4, $"task {t}, probe {k}");
            }
    }

    [TestMethod]
    public void Product_AgainstExplicitFeatures_IsTheGaussNewtonMatrixTimesTheVector()
    {
        TaskTable table = AffinityFixture.Mixed();
        var network = AffinityFixture.Network(table, 9, 5);
        TrunkSweep sweep = AffinityFixture.Sweep(network, table);
        TrunkVectors v = AffinityFixture.RandomVectors(network.Shape, 1),
            probe = AffinityFixture.RandomVectors(network.Shape, 1, 6);
        double[] weights = sweep.TaskWeights();
        TrunkVectors product = KrylovBasis.Product(sweep, v, weights, s_shares);

        var chunk = new TrunkChunk(network, table, 64);
        chunk.Load(sweep.Rows);
        float[] gv = new float[chunk.PairCount], gp = new float[chunk.PairCount];
        chunk.Features(v, gv);
        chunk.Features(probe, gp);
        double expected = 0;
        for (int p = 0; p < chunk.PairCount; p++)
        {
            int t = chunk.PairTask[p];
            expected += s_shares[t] * chunk.Weights[p] / weights[t] * chunk.Pairs[p].Curvature * gv[p] * gp[p];
        }
        Assert.AreEqual(expected, Dot(product, 0, probe, 0), 1e-3 * Math.Abs(expected) + 1e-4);
    }

    [TestMethod]
    public void Product_MoreVectorsThanAtOnce_IsThatOfEachByItself()
    {
        TaskTable table = AffinityFixture.Mixed(100);
        var network = AffinityFixture.Network(table, 9, 5);
        TrunkSweep sweep = AffinityFixture.Sweep(network, table);
        TrunkVectors vectors = AffinityFixture.RandomVectors(network.Shape, 37);
        double[] weights = sweep.TaskWeights();
        TrunkVectors together = KrylovBasis.Product(sweep, vectors, weights, s_shares);
        for (int k = 0; k < vectors.Count; k++)
        {
            TrunkVectors alone = KrylovBasis.Product(sweep, vectors.Slice(k, 1), weights, s_shares);
            double size = Dot(alone, 0, alone, 0);
            Assert.AreEqual(size, Dot(together, k, alone, 0), 1e-4 * size);
            Assert.AreEqual(size, Dot(together, k, together, k), 1e-4 * size);
        }
    }

    [TestMethod]
    [DataRow(4, DisplayName = "fewer directions than vectors")]
    [DataRow(20, DisplayName = "no fewer")]
    public void LeadingProduct_VectorsOfThreeDirections_IsThatOfEach(int maximum)
    {
        TaskTable table = AffinityFixture.Mixed(100);
        var network = AffinityFixture.Network(table, 9, 5);
        TrunkSweep sweep = AffinityFixture.Sweep(network, table);
        var random = new RandomStream(3, "mix");
        float[] mix = new float[20 * 3];
        foreach (ref float m in mix.AsSpan())
            m = (float)random.NextNormal();
        TrunkVectors vectors = AffinityFixture.RandomVectors(network.Shape, 3).Mix(mix, 20, 1),
            scale = AffinityFixture.RandomVectors(network.Shape, 1, 8), scaled = vectors.Slice(0, 20);
        scaled.MultiplyBy(scale);
        double[] weights = sweep.TaskWeights();
        TrunkVectors expected = KrylovBasis.Product(sweep, scaled, weights, s_shares),
            product = KrylovBasis.LeadingProduct(sweep, vectors, weights, s_shares, maximum, scale);
        for (int k = 0; k < 20; k++)
        {
            double size = Dot(expected, k, expected, k);
            Assert.AreEqual(size, Dot(product, k, expected, k), 1e-3 * size);
            Assert.AreEqual(size, Dot(product, k, product, k), 1e-3 * size);
        }
    }

    [TestMethod]
    public void OwnProduct_EveryTask_IsTheProductWhereItHasTheWholeShare()
    {
        TaskTable table = AffinityFixture.Mixed(100);
        var network = AffinityFixture.Network(table, 9, 5);
        TrunkSweep sweep = AffinityFixture.Sweep(network, table);
        TrunkVectors vectors = AffinityFixture.RandomVectors(network.Shape, 4);
        double[] weights = sweep.TaskWeights();
        TrunkVectors own = KrylovBasis.OwnProduct(sweep, vectors, weights);
        for (int t = 0; t < 4; t++)
        {
            var all = new double[4];
            all[t] = 1;
            TrunkVectors expected = KrylovBasis.Product(sweep, vectors.Slice(t, 1), weights, all);
            double size = Dot(expected, 0, expected, 0);
            Assert.AreEqual(size, Dot(own, t, expected, 0), 1e-4 * size);
            Assert.AreEqual(size, Dot(own, t, own, t), 1e-4 * size);
        }
    }

    [TestMethod]
    public void Build_TwoProducts_IsOrthonormalAndHoldsEveryTaskGradient()
    {
        TaskTable table = AffinityFixture.Mixed(200);
        var network = AffinityFixture.Network(table, 12, 8);
        TrunkSweep sweep = AffinityFixture.Sweep(network, table);
        TrunkVectors basis =
            KrylovBasis.Build(sweep, KrylovBasis.TaskGradients(sweep, sweep.TaskWeights()), s_shares, 2, 1, 256, null);
        TrunkVectors gradients = KrylovBasis.TaskGradients(sweep, sweep.TaskWeights());
        gradients.Normalize();

        Assert.IsTrue(basis.Count is > 8 and <= 16);
        for (int i = 0; i < basis.Count; i++)
            for (int j = 0; j <= i; j++)
                Assert.AreEqual(i == j ? 1 : 0, Dot(basis, i, basis, j), 2e-3);
        for (int t = 0; t < 4; t++)
            Assert.AreEqual(1,
                Enumerable.Range(0, basis.Count).Sum(k => Math.Pow(Dot(basis, k, gradients, t), 2)), 1e-3);
    }

    [TestMethod]
    public void Build_LimitOfDimensions_KeepsThatMany()
    {
        TaskTable table = AffinityFixture.Mixed(200);
        TrunkSweep sweep = AffinityFixture.Sweep(AffinityFixture.Network(table, 12, 8), table);
        Assert.AreEqual(5, KrylovBasis.Build(sweep, KrylovBasis.TaskGradients(sweep, sweep.TaskWeights()), s_shares, 2,
            1, 5, null).Count);
    }

    private static double Dot(TrunkVectors a, int i, TrunkVectors b, int j)
    {
        double sum = 0;
        for (int block = 0; block < a.Blocks.Length; block++)
            for (int k = 0; k < a.Vector(block, i).Length; k++)
                sum += (double)a.Vector(block, i)[k] * b.Vector(block, j)[k];
        return sum;
    }
}
