using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Grouping;

namespace MLNet.MultiTask.Tests.Grouping;

[TestClass]
public class ExactSolverTests
{
    [TestMethod]
    public void Solve_ThousandRandomMatrices_ExactSolversAgreeAndBoundsHold()
    {
        for (ulong seed = 0; seed < 1000; seed++)
        {
            var random = new RandomStream(seed, "exact");
            int n = 2 + random.NextInt32(7);
            int? k = random.NextInt32(3) == 0 ? null : 1 + random.NextInt32(n);
            double? cost = k is null ? random.NextDouble() : null;
            TaskAffinity affinity = Matrices.Planted(n, Math.Min(n, 3), 1.5 * random.NextDouble(), seed);
            double exhaustive = new ExhaustiveGroupingSolver(new() { GroupCount = k,
                GroupCost = cost }).Solve(affinity).Objective;
            GroupingResult program =
                new SubsetProgrammingSolver(new() { GroupCount = k, GroupCost = cost }).Solve(affinity);
            GroupingResult sdp = new SdpGroupingSolver(new() { GroupCount = k, GroupCost = cost, MaxIterations = 30,
                Restarts = 3 }).Solve(affinity);

            Assert.AreEqual(exhaustive, program.Objective, 1e-10, $"seed {seed}");
            Assert.AreEqual(exhaustive, DensityObjective.Value(affinity, program.Grouping) - (cost
                ?? 0) * program.Grouping.Count, 1e-10);
            Assert.IsLessThanOrEqualTo(sdp.Bound + 1e-9, exhaustive, $"seed {seed}: bound");
            Assert.IsLessThanOrEqualTo(exhaustive + 1e-9, sdp.Objective, $"seed {seed}: objective");
        }
    }

    [TestMethod]
    public void Solve_ThousandPlantedMatrices_EqualsTheOptimumInNinetyNineOfHundred()
    {
        const int Count = 1000;
        int optimal = 0;
        for (int i = 0; i < Count; i++)
        {
            var random = new RandomStream((ulong)i, "planted matrices");
            int n = 6 + random.NextInt32(7), k = 2 + random.NextInt32(3);
            TaskAffinity affinity = Matrices.Planted(n, k, 2 * random.NextDouble(), (ulong)(5000 + i));
            double optimum = new SubsetProgrammingSolver(new() { GroupCount = k }).Solve(affinity).Objective;
            GroupingResult result =
                new SdpGroupingSolver(new() { GroupCount = k, TriangleCuts = i % 2 == 0,
                MaxIterations = 300 }).Solve(affinity);
            Assert.IsLessThanOrEqualTo(result.Bound + 1e-9, optimum, $"matrix {i}: the bound is wrong");
            if (result.IsOptimal)
                Assert.AreEqual(optimum, result.Objective, 1.01e-4 * Math.Abs(optimum), $"matrix {i}: not optimal");
            optimal += Math.Abs(optimum - result.Objective) <= 1e-9 ? 1 : 0;
        }
        Assert.IsGreaterThanOrEqualTo(0.99 * Count, optimal);
    }

    [TestMethod]
    public void Solve_SmallMatrices_ExhaustiveEqualsPlainEnumeration()
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            TaskAffinity affinity = Matrices.Planted(7, 3, 1, seed);
            (double value, TaskGrouping grouping) = Matrices.BestOfAll(affinity, labels => labels.Max() == 2);
            GroupingResult result = new ExhaustiveGroupingSolver(new() { GroupCount = 3 }).Solve(affinity);
            Assert.AreEqual(value, result.Objective, 1e-12);
            Assert.AreEqual(grouping, result.Grouping);
        }
    }

    [TestMethod]
    public void Solve_Constraints_EverySolverFindsTheBestAdmissiblePartition()
    {
        var options = new SubsetProgrammingOptions { MustLink = [(0, 5), (5, 2)], CannotLink = [(1, 3), (0, 4)],
            MaxGroupSize = 4, MaxGroupCount = 4, GroupCost = 0.1 };
        for (ulong seed = 0; seed < 15; seed++)
        {
            TaskAffinity affinity = Matrices.Planted(8, 2, 0.8, seed);
            (double value, TaskGrouping grouping) = Matrices.BestOfAll(affinity, l => l[0] == l[5] && l[5] == l[2]
                && l[1] != l[3] && l[0] != l[4]
                && l.Max() <= 3 && l.GroupBy(g => g).All(g => g.Count() <= 4), 0.1);
            GroupingResult sdp = new SdpGroupingSolver(Copy<SdpGroupingOptions>(options)).Solve(affinity);
            Assert.AreEqual(value, sdp.Objective, 1e-10, $"seed {seed}");
            Assert.IsGreaterThanOrEqualTo(value - 1e-9, sdp.Bound);
            Assert.AreEqual(grouping, new SubsetProgrammingSolver(options).Solve(affinity).Grouping);
            Assert.AreEqual(grouping, new ExhaustiveGroupingSolver(options).Solve(affinity).Grouping);
            Assert.AreEqual(grouping,
                new BranchAndBoundSolver(Copy<BranchAndBoundOptions>(options)).Solve(affinity).Grouping);
        }
    }

    [TestMethod]
    [DataRow(14, 3, 0.8, 1), DataRow(15, 4, 1.0, 2), DataRow(14, 4, 1.5, 3)]
    public void Solve_BranchAndBound_EqualsSubsetProgramming(int n, int k, double noise, int seed)
    {
        TaskAffinity affinity = Matrices.Planted(n, k, noise, (ulong)seed);
        GroupingResult exact = new SubsetProgrammingSolver(new() { GroupCount = k }).Solve(affinity);
        GroupingResult branched = new BranchAndBoundSolver(new() { GroupCount = k, TimeLimit = null }).Solve(affinity);
        Assert.AreEqual(exact.Objective, branched.Objective, 1e-10);
        Assert.IsTrue(branched.IsOptimal);
        Assert.IsLessThanOrEqualTo(1e-4, branched.Gap);
    }

    [TestMethod]
    public void Solve_BranchAndBoundOutOfNodes_ReportsAValidGap()
    {
        TaskAffinity affinity = Matrices.Planted(16, 4, 1.5, 1);
        double optimum = new SubsetProgrammingSolver(new() { GroupCount = 4 }).Solve(affinity).Objective;
        GroupingResult cut = new BranchAndBoundSolver(new() { GroupCount = 4, MaxNodes = 1 }).Solve(affinity);
        Assert.IsFalse(cut.IsOptimal);
        Assert.AreEqual("the nodes are used up", cut.StopReason);
        Assert.IsGreaterThanOrEqualTo(optimum - 1e-9, cut.Bound);
    }

    [TestMethod]
    public void Solve_OwnGroupValue_IsMaximised()
    {
        TaskAffinity affinity = Matrices.Planted(6, 2, 1, 1);
        GroupingResult result =
            new SubsetProgrammingSolver(new() { GroupValue = m => m.Contains(0) && m.Contains(3) ? 5 : m.Count == 2 ? 1
            : 0 }).Solve(affinity);
        Assert.AreEqual(7, result.Objective, 1e-12);
        Assert.AreEqual(2, result.Grouping.Groups[0].Members.Count);
        CollectionAssert.AreEqual(new[] { 0, 3 }, result.Grouping.Groups[0].Members.ToArray());
    }

    [TestMethod]
    public void Solve_TooManyTasks_IsRefused()
    {
        var e = Assert.ThrowsExactly<ArgumentException>(() =>
            new ExhaustiveGroupingSolver().Solve(Matrices.Planted(13, 2, 1, 1)));
        Assert.AreEqual("Exhaustive takes at most 12 tasks (linked tasks count once), got 13", e.Message);
        Assert.ThrowsExactly<ArgumentException>(() =>
            new SubsetProgrammingSolver().Solve(Matrices.Planted(17, 2, 1, 1)));
        Assert.AreEqual(3, new ExhaustiveGroupingSolver(new() { GroupCount = 3,
            MustLink = [(0, 12)] }).Solve(Matrices.Planted(13, 2, 1, 1)).Grouping.Count);
    }

    [TestMethod]
    public void Solve_ContradictoryConstraints_NameTheTasks()
    {
        TaskAffinity affinity = Matrices.Planted(6, 2, 1, 1);
        var both = Assert.ThrowsExactly<ArgumentException>(
            () => new SdpGroupingSolver(new() { MustLink = [(0, 1), (1, 2)], CannotLink = [(0, 2)] }).Solve(affinity));
        StringAssert.StartsWith(both.Message, "Two of the tasks 't0', 't1', 't2' must and must not share a group");
        var size = Assert.ThrowsExactly<ArgumentException>(() =>
            new SdpGroupingSolver(new() { MustLink = [(0, 1), (1, 2)], MaxGroupSize = 2 }).Solve(affinity));
        StringAssert.StartsWith(size.Message,
            "Tasks 't0', 't1', 't2' must share a group, but a group holds at most 2 tasks");
        var room = Assert.ThrowsExactly<ArgumentException>(() =>
            new SdpGroupingSolver(new() { GroupCount = 2, MaxGroupSize = 2 }).Solve(affinity));
        StringAssert.StartsWith(room.Message, "6 tasks do not fit into 2 groups of at most 2");
        Assert.ThrowsExactly<ArgumentException>(
            () => new SdpGroupingSolver(new() { GroupCount = 2, CannotLink = [(0, 1), (1, 2),
                (0, 2)] }).Solve(affinity));
    }

    private static T Copy<T>(PartitionOptions from) where T : PartitionOptions, new() => new()
    {
        GroupCount = from.GroupCount,
        GroupCost = from.GroupCost,
        MustLink = from.MustLink,
        CannotLink = from.CannotLink,
        MaxGroupSize = from.MaxGroupSize,
        MaxGroupCount = from.MaxGroupCount,
    };
}
