using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public class SubspaceTests
{
    private static readonly TaskTable s_table = AffinityFixture.Mixed();

    public static IEnumerable<object[]> Makers =>
        from maker in new[] { "kronecker", "rademacher", "scaled", "explicit", "whole", "scaled whole" }
        from layerNorm in new[] { false, true }
        select new object[] { maker, layerNorm };

    private static ISubspace Make(string maker, NetworkShape shape) => maker switch
    {
        "kronecker" => new KroneckerSubspace(shape, 18, 4),
        "rademacher" => new RademacherSubspace(shape, 19, 4, null),
        "scaled" => new RademacherSubspace(shape, 5, 4, AffinityFixture.RandomVectors(shape, 1)),
        "whole" => new WholeTrunk(shape, null),
        "scaled whole" => new WholeTrunk(shape, AffinityFixture.RandomVectors(shape, 1)),
        _ => new ExplicitSubspace(AffinityFixture.RandomVectors(shape, 4)),
    };

    [TestMethod]
    [DynamicData(nameof(Makers))]
    public void Features_EveryMaker_AreTheDerivativesAlongWhatAddToAdds(string maker, bool layerNorm)
    {
        SharedBottomNetwork network = AffinityFixture.Network(s_table, layerNorm, 9, 5);
        ISubspace subspace = Make(maker, network.Shape);
        int d = subspace.Dimension;
        var chunk = new TrunkChunk(network, s_table, s_table.RowCount);
        chunk.Load(AffinityFixture.AllRows(s_table));
        var features = new float[chunk.PairCount * d];
        subspace.Features(chunk, features);

        double[] start = ReferenceNetwork.Parameters(network);
        const double h = 1e-6;
        for (int k = 0; k < d; k++)
        {
            var w = new float[d];
            w[k] = 1;
            var direction = new float[start.Length];
            subspace.AddTo(w, direction);
            double[] up = [.. start.Zip(direction, (p, v) => p + h * v)],
                down = [.. start.Zip(direction, (p, v) => p - h * v)];
            for (int row = 0; row < s_table.RowCount; row += 3)
                for (int p = chunk.PairStart[row]; p < chunk.PairStart[row + 1]; p++)
                    Assert.AreEqual((ReferenceNetwork.Value(network, up, s_table, row, chunk.PairTask[p])
                        - ReferenceNetwork.Value(network, down, s_table, row, chunk.PairTask[p])) / (2 * h),
                        features[p * d + k], 5e-4, $"pair {p}, dimension {k}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Makers))]
    public void Norm_EveryMaker_IsTheLengthOfWhatAddToAdds(string maker, bool layerNorm)
    {
        SharedBottomNetwork network = AffinityFixture.Network(s_table, layerNorm, 9, 5);
        ISubspace subspace = Make(maker, network.Shape);
        float[] w = [.. Enumerable.Range(0, subspace.Dimension).Select(k => MathF.Sin(k + 1))],
            step = new float[network.Parameters.Length];
        subspace.AddTo(w, step);
        Assert.AreEqual(Math.Sqrt(step.Sum(v => (double)v * v)), subspace.Norm(w, step.Length), 1e-5);
    }

    [TestMethod]
    [DynamicData(nameof(Makers))]
    public void AddTo_SeveralNetworks_HasTheBitsOfEachByItself(string maker, bool layerNorm)
    {
        SharedBottomNetwork network = AffinityFixture.Network(s_table, layerNorm, 9, 5);
        ISubspace subspace = Make(maker, network.Shape);
        int d = subspace.Dimension, size = network.Parameters.Length;
        float[] w = [.. Enumerable.Range(0, 3 * d).Select(k => MathF.Sin(k + 1))],
            together = [.. network.Parameters, .. network.Parameters, .. network.Parameters];
        subspace.AddTo(w, 3, together);
        for (int n = 0; n < 3; n++)
        {
            float[] alone = [.. network.Parameters];
            subspace.AddTo(w.AsSpan(n * d, d), alone);
            CollectionAssert.AreEqual(alone, together[(n * size)..((n + 1) * size)]);
        }
    }

    [TestMethod]
    public void Fill_Signs_AreBalancedAndIndependentOfTheLengthBefore()
    {
        var stream = new RandomStream(3, "signs");
        var values = new float[100003];
        Signs.Fill(ref stream, 0.5f, values);
        Assert.IsTrue(values.All(v => Math.Abs(v) == 0.5f));
        Assert.AreEqual(0, values.Average(), 0.01);
        for (int lag = 1; lag <= 64; lag++)
            Assert.AreEqual(0, Enumerable.Range(0, 100000 - lag).Average(i => 4 * values[i] * values[i + lag]), 0.02,
                $"lag {lag}");
    }

    [TestMethod]
    [DataRow(GradTagSubspace.Kronecker, false)]
    [DataRow(GradTagSubspace.Rademacher, false)]
    [DataRow(GradTagSubspace.Kronecker, true)]
    [DataRow(GradTagSubspace.Rademacher, true)]
    public void Estimate_RandomSubspace_GivesAFiniteAffinityOfThatSize(GradTagSubspace kind, bool layerNorm)
    {
        var options = new GradTagOptions
        {
            Stage = BaseStage.BestValidation,
            Bases = 1,
            Subspace = kind,
            RandomDimension = 20,
            Geometry = StepGeometry.Euclidean,
            FineTuningEpochs = 2,
            Training = new() { Hidden = [12, 8], LayerNorm = layerNorm, MaxEpochs = 3, Patience = null },
        };
        TaskTable table = AffinityFixture.Mixed(200);
        TaskAffinity affinity = new GradTagAffinity(options).Estimate(table, RowSplit.Random(200, 0.3, 1));
        Assert.AreEqual(kind == GradTagSubspace.Kronecker ? layerNorm ? 16 : 18 : 20,
            affinity.Diagnostics["dimension"]);
        Assert.IsTrue(affinity.Values.ToArray().Any(v => v != 0));
    }
}
