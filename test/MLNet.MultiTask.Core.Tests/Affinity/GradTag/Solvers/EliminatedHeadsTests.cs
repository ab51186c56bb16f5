using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public sealed class EliminatedHeadsTests
{
    private const int Tasks = 4, Dimension = 3;

    private static readonly TaskStatistics s_statistics = Statistics();

    [TestMethod]
    public void Of_OneMoreThanAreKept_GivesUpAllAndMakesThemAnewWithTheSameBits()
    {
        var heads = new EliminatedHeads(s_statistics);
        EliminatedHead first = heads.Of(0, 0.1);
        for (int k = 1; k < heads.Capacity; k++)
            heads.Of(k % Tasks, 0.1 + k);
        Assert.AreSame(first, heads.Of(0, 0.1));

        heads.Of(1, 0.05);
        EliminatedHead again = heads.Of(0, 0.1);

        Assert.AreNotSame(first, again);
        float[] step = [0.3f, -1, 2];
        CollectionAssert.AreEqual(first.Gradient, again.Gradient);
        CollectionAssert.AreEqual(first.Step(step), again.Step(step));
        for (int i = 0; i < Dimension; i++)
            CollectionAssert.AreEqual(first.HessianRow(i).ToArray(), again.HessianRow(i).ToArray());
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    public void Solve_MoreHeadsThanAreKept_HasTheBitsOfAFreshSolver(int threads)
    {
        var solver = new OneStepSolver(s_statistics);
        // Three times as many as are kept, and all of them twice.
        int lambdas = 3 * new EliminatedHeads(s_statistics).Capacity / Tasks;
        var steps = new SubsetStep[2 * lambdas];
        Parallel.For(0, steps.Length, new ParallelOptions { MaxDegreeOfParallelism = threads },
            i => steps[i] = solver.Solve(Problem(i % lambdas)));
        for (int i = 0; i < steps.Length; i++)
        {
            SubsetStep expected = new OneStepSolver(s_statistics).Solve(Problem(i % lambdas));
            CollectionAssert.AreEqual(expected.Trunk, steps[i].Trunk);
            for (int k = 0; k < Tasks; k++)
                CollectionAssert.AreEqual(expected.Heads![k], steps[i].Heads![k]);
        }
    }

    private static SubsetProblem Problem(int number) => new([0, 1, 2, 3], [0.1, 0.2, 0.3, 0.4], 0.5,
        [.. Enumerable.Range(1, Tasks).Select(k => 0.1 * k + number)]);

    private static TaskStatistics Statistics()
    {
        TaskTable table = AffinityFixture.Mixed(60);
        SharedBottomNetwork network = AffinityFixture.Network(table, 9, 5);
        return TaskStatistics.Collect(AffinityFixture.Sweep(network, table),
            new ExplicitSubspace(AffinityFixture.RandomVectors(network.Shape, Dimension)),
            new HeadSpace(network.Shape, null));
    }
}
