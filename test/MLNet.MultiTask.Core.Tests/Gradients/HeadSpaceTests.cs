using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Networks;
using MathNet.Numerics.LinearAlgebra;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public class HeadSpaceTests
{
    private static readonly TaskTable s_table = AffinityFixture.Mixed(60);
    private static readonly SharedBottomNetwork s_network = AffinityFixture.Network(s_table, 9, 5);

    [TestMethod]
    public void Features_EveryKindOfTask_EqualFiniteDifferencesOfTheOutput()
    {
        float[][] scale =
            [.. Enumerable.Range(0, 4).Select(t => Numbers(HeadSpace.Size(s_network.Shape, t), 20 + t, 0.5f))];
        var heads = new HeadSpace(s_network.Shape, scale);
        TrunkChunk chunk = Loaded(s_network);
        for (int t = 0; t < 4; t++)
        {
            float[] step = Numbers(heads.Size(t), t, -0.5f), parameters = [.. s_network.Parameters],
                back = [.. s_network.Parameters];
            heads.AddTo(t, [.. step.Select(v => v * 1e-2f)], parameters);
            heads.AddTo(t, [.. step.Select(v => v * -1e-2f)], back);
            (TrunkChunk moved, TrunkChunk opposite) = (Loaded(With(parameters)), Loaded(With(back)));
            for (int r = 0; r < chunk.RowCount; r++)
                for (int p = chunk.PairStart[r]; p < chunk.PairStart[r + 1]; p++)
                {
                    double change = (moved.Pairs[p].Value - opposite.Pairs[p].Value) / 2e-2;
                    if (chunk.PairTask[p] != t)
                    {
                        Assert.AreEqual(0, change);
                        continue;
                    }
                    var features = new float[heads.Size(t)];
                    heads.Features(chunk, r, p, features);
                    Assert.AreEqual(change, features.Zip(step, (a, b) => (double)a * b).Sum(), 2e-3,
                        $"row {r}, task {t}");
                }
        }
    }

    [TestMethod]
    public void Solve_HeadsOfASubset_IsTheJointMinimumOverTrunkAndHeads()
    {
        var subspace = new ExplicitSubspace(AffinityFixture.RandomVectors(s_network.Shape, 4));
        var heads = new HeadSpace(s_network.Shape, null);
        TaskStatistics statistics = TaskStatistics.Collect(AffinityFixture.Sweep(s_network, s_table), subspace, heads);
        int[] subset = [0, 1, 2];
        double[] shares = [0.2, 0.3, 0.5], penalties = [0.4, 0.05, 2];
        const double lambda = 0.3;
        SubsetStep step = new OneStepSolver(statistics).Solve(new SubsetProblem(subset, shares, lambda, penalties));

        // One system over (w, φ_0, φ_1, φ_2): each head meets its own task only.
        int[] start = [4, 4 + heads.Size(0), 4 + heads.Size(0) + heads.Size(1)];
        int n = start[2] + heads.Size(2);
        Matrix<double> a = Matrix<double>.Build.Dense(n, n);
        Vector<double> c = Vector<double>.Build.Dense(n);
        for (int i = 0; i < 4; i++)
            a[i, i] = lambda;
        for (int k = 0; k < 3; k++)
        {
            int size = statistics.Sizes[k];
            int Place(int i) => i < 4 ? i : start[k] + i - 4;
            for (int i = 0; i < size; i++)
            {
                c[Place(i)] += shares[k] * statistics.Gradients[k][i];
                for (int j = 0; j < size; j++)
                    a[Place(i), Place(j)] += shares[k]
                        * statistics.HessianRow(k, Math.Min(i, j))[Math.Abs(i - j)];
                if (i >= 4)
                    a[Place(i), Place(i)] += shares[k] * penalties[k];
            }
        }
        Vector<double> expected = a.Solve(c);
        double tolerance = 1e-4 * expected.L2Norm();
        for (int i = 0; i < 4; i++)
            Assert.AreEqual(expected[i], step.Trunk[i], tolerance);
        for (int k = 0; k < 3; k++)
            for (int i = 0; i < heads.Size(k); i++)
                Assert.AreEqual(expected[start[k] + i], step.Heads![k][i], tolerance);
    }

    [TestMethod]
    public void Collect_WithHeads_TrunkPartIsThatWithoutHeads()
    {
        var subspace = new ExplicitSubspace(AffinityFixture.RandomVectors(s_network.Shape, 3));
        TrunkSweep sweep = AffinityFixture.Sweep(s_network, s_table);
        TaskStatistics alone = TaskStatistics.Collect(sweep, subspace, null);
        TaskStatistics both = TaskStatistics.Collect(sweep, subspace, new HeadSpace(s_network.Shape, null));
        for (int t = 0; t < 4; t++)
            for (int i = 0; i < 3; i++)
            {
                Assert.AreEqual(alone.Gradients[t][i], both.Gradients[t][i], 1e-6f);
                for (int j = i; j < 3; j++)
                    Assert.AreEqual(alone.HessianRow(t, i)[j - i], both.HessianRow(t, i)[j - i], 1e-5f);
            }
    }

    private static TrunkChunk Loaded(SharedBottomNetwork network)
    {
        var chunk = new TrunkChunk(network, s_table, s_table.RowCount);
        chunk.Load(AffinityFixture.AllRows(s_table));
        return chunk;
    }

    private static SharedBottomNetwork With(float[] parameters) =>
        new(s_network.Shape, parameters, s_network.TargetMeans, s_network.TargetScales);

    private static float[] Numbers(int count, int seed, float from)
    {
        var random = new RandomStream((ulong)seed, "numbers");
        return [.. Enumerable.Range(0, count).Select(_ => from + random.NextSingle())];
    }
}
