using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public class SubspaceTests
{
    private static readonly TaskTable s_table = AffinityFixture.Mixed();
    private static readonly SharedBottomNetwork s_network = AffinityFixture.Network(s_table, 9, 5);

    public static IEnumerable<object[]> Makers => [["kronecker"], ["rademacher"], ["scaled"], ["explicit"], ["whole"], ["scaled whole"]];

    private static ISubspace Make(string maker) => maker switch
    {
        "kronecker" => new KroneckerSubspace(s_network.Shape, 18, 4),
        "rademacher" => new RademacherSubspace(s_network.Shape, 19, 4, null),
        "scaled" => new RademacherSubspace(s_network.Shape, 5, 4, AffinityFixture.RandomVectors(s_network.Shape, 1)),
        "whole" => new WholeTrunk(s_network.Shape, null),
        "scaled whole" => new WholeTrunk(s_network.Shape, AffinityFixture.RandomVectors(s_network.Shape, 1)),
        _ => new ExplicitSubspace(AffinityFixture.RandomVectors(s_network.Shape, 4)),
    };

    [TestMethod]
    [DynamicData(nameof(Makers))]
    public void Features_EveryMaker_AreTheDerivativesAlongWhatAddToAdds(string maker)
    {
        ISubspace subspace = Make(maker);
        int d = subspace.Dimension;
        var chunk = new TrunkChunk(s_network, s_table, s_table.RowCount);
        chunk.Load(AffinityFixture.AllRows(s_table));
        var features = new float[chunk.PairCount * d];
        subspace.Features(chunk, features);

        double[] start = ReferenceNetwork.Parameters(s_network);
        const double h = 1e-6;
        for (int k = 0; k < d; k++)
        {
            var w = new float[d];
            w[k] = 1;
            var direction = new float[start.Length];
            subspace.AddTo(w, direction);
            double[] up = [.. start.Zip(direction, (p, v) => p + h * v)], down = [.. start.Zip(direction, (p, v) => p - h * v)];
            for (int row = 0; row < s_table.RowCount; row += 3)
                for (int p = chunk.PairStart[row]; p < chunk.PairStart[row + 1]; p++)
                    Assert.AreEqual((ReferenceNetwork.Value(s_network, up, s_table, row, chunk.PairTask[p])
                        - ReferenceNetwork.Value(s_network, down, s_table, row, chunk.PairTask[p])) / (2 * h), features[p * d + k], 5e-4, $"pair {p}, dimension {k}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Makers))]
    public void Norm_EveryMaker_IsTheLengthOfWhatAddToAdds(string maker)
    {
        ISubspace subspace = Make(maker);
        float[] w = [.. Enumerable.Range(0, subspace.Dimension).Select(k => MathF.Sin(k + 1))], step = new float[s_network.Parameters.Length];
        subspace.AddTo(w, step);
        Assert.AreEqual(Math.Sqrt(step.Sum(v => (double)v * v)), subspace.Norm(w, step.Length), 1e-5);
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
            Assert.AreEqual(0, Enumerable.Range(0, 100000 - lag).Average(i => 4 * values[i] * values[i + lag]), 0.02, $"lag {lag}");
    }

    [TestMethod]
    [DataRow(GradTagSubspace.Kronecker)]
    [DataRow(GradTagSubspace.Rademacher)]
    public void Estimate_RandomSubspace_GivesAFiniteAffinityOfThatSize(GradTagSubspace kind)
    {
        var options = new GradTagOptions
        {
            Bases = 1,
            Subspace = kind,
            RandomDimension = 20,
            Geometry = StepGeometry.Euclidean,
            FineTuningEpochs = 2,
            Training = new() { Hidden = [12, 8], MaxEpochs = 3, Patience = null },
        };
        TaskTable table = AffinityFixture.Mixed(200);
        TaskAffinity affinity = new GradTagAffinity(options).Estimate(table, RowSplit.Random(200, 0.3, 1));
        Assert.AreEqual(kind == GradTagSubspace.Kronecker ? 18 : 20, affinity.Diagnostics["dimension"]);
        Assert.IsTrue(affinity.Values.ToArray().Any(v => v != 0));
    }
}
