using MLNet.MultiTask.Grouping;

namespace MLNet.MultiTask.Tests.Grouping;

/// <summary>
/// What must not change the groups: a constant added, the scale, the order of the tasks (specification of the
/// objective).
/// </summary>
[TestClass]
public class GroupingInvarianceTests
{
    private const int Samples = 12;

    [TestMethod]
    public void Solve_ConstantAdded_SameGroupsAndShiftedValue() => ForSamples((affinity, k, solver) =>
    {
        foreach (double c in new[] { -5.0, 3.0, 100.0 })
        {
            GroupingResult plain = solver(k).Solve(affinity), moved =
                solver(k).Solve(Map(affinity, (v, _, _) => v + c));
            Assert.AreEqual(plain.Grouping, moved.Grouping);
            Assert.AreEqual(plain.Objective + c * affinity.Count, moved.Objective, 1e-9 * Math.Abs(moved.Objective));
        }
    });

    [TestMethod]
    public void Solve_RowOffsetsAdded_SameGroups() => ForSamples((affinity, k, solver) =>
        Assert.AreEqual(solver(k).Solve(affinity).Grouping,
        solver(k).Solve(Map(affinity, (v, i, _) => v + Math.Sin(i))).Grouping));

    [TestMethod]
    public void Solve_DiagonalShifted_SameGroupsAtFixedCount() => ForSamples((affinity, k, solver) =>
    {
        GroupingResult plain = solver(k).Solve(affinity), moved =
            solver(k).Solve(Map(affinity, (v, i, j) => i == j ? v + 2 : v));
        Assert.AreEqual(plain.Grouping, moved.Grouping);
        Assert.AreEqual(plain.Objective + 2 * k, moved.Objective, 1e-9);
    });

    [TestMethod]
    [DataRow(1e-6), DataRow(17.0), DataRow(1e9)]
    public void Solve_Scaled_SameGroups(double factor) => ForSamples((affinity, k, solver) =>
    {
        GroupingResult plain = solver(k).Solve(affinity), scaled =
            solver(k).Solve(Map(affinity, (v, _, _) => v * factor));
        Assert.AreEqual(plain.Grouping, scaled.Grouping);
        Assert.AreEqual(plain.IsOptimal, scaled.IsOptimal);
    });

    [TestMethod]
    public void Solve_TasksPermuted_PermutedGroups() => ForSamples((affinity, k, solver) =>
    {
        int[] p = new RandomStream((ulong)k, "permutation").Permutation(affinity.Count);
        int[] expected = solver(k).Solve(affinity).Grouping.ToAssignment(), permuted = new int[p.Length];
        for (int i = 0; i < p.Length; i++)
            permuted[p[i]] = expected[i];
        Assert.AreEqual(TaskGrouping.FromAssignment(permuted),
            solver(k).Solve(Matrices.Permuted(affinity, p)).Grouping);
    });

    [TestMethod]
    public void Solve_AutomaticCount_IgnoresConstantScaleAndDiagonal()
    {
        for (int sample = 0; sample < Samples; sample++)
        {
            TaskAffinity affinity = Sample(sample, out _);
            TaskGrouping plain = new SdpGroupingSolver().Solve(affinity).Grouping;
            Assert.AreEqual(plain,
                new SdpGroupingSolver().Solve(Map(affinity, (v, i, j) => i == j ? 9 : 3 * v - 7)).Grouping);
        }
    }

    private static void ForSamples(Action<TaskAffinity, int, Func<int, ITaskGroupingSolver>> check)
    {
        for (int sample = 0; sample < Samples; sample++)
        {
            TaskAffinity affinity = Sample(sample, out int k);
            check(affinity, k, count => new SdpGroupingSolver(new() { GroupCount = count, MaxIterations = 100 }));
        }
    }

    private static TaskAffinity Sample(int sample, out int k)
    {
        var random = new RandomStream((ulong)sample, "invariance");
        int n = 6 + random.NextInt32(12);
        k = 2 + random.NextInt32(3);
        TaskAffinity planted = Matrices.Planted(n, k, random.NextDouble(), (ulong)sample);
        return Map(planted, (v, _, _) => v + 0.1 * random.NextNormal());
    }

    private static TaskAffinity Map(TaskAffinity affinity, Func<double, int, int, double> map)
    {
        int n = affinity.Count;
        double[] values = affinity.Values.ToArray();
        for (int i = 0; i < values.Length; i++)
            values[i] = map(values[i], i / n, i % n);
        return Matrices.Named(values, n);
    }
}
