using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Grouping;

namespace MLNet.MultiTask.Tests.Grouping;

[TestClass]
public class ClusteringSolverTests
{
    private const string Planted = "0,1,2,3|4,5,6,7|8,9,10,11";

    private static ITaskGroupingSolver Solver(string name, PartitionOptions o) => name switch
    {
        "Spectral" => new SpectralGroupingSolver(new() { GroupCount = o.GroupCount, CannotLink = o.CannotLink,
            MustLink = o.MustLink, MaxGroupSize = o.MaxGroupSize }),
        "Agglomerative" => new AgglomerativeGroupingSolver(o),
        "KMeans" => new KMeansGroupingSolver(new() { GroupCount = o.GroupCount, CannotLink = o.CannotLink,
            MustLink = o.MustLink, MaxGroupSize = o.MaxGroupSize }),
        "Interval" => new IntervalGroupingSolver(o),
        "Annealing" => new AnnealingGroupingSolver(new() { GroupCount = o.GroupCount, CannotLink = o.CannotLink,
            MustLink = o.MustLink, MaxGroupSize = o.MaxGroupSize }),
        _ => new RandomSearchGroupingSolver(new() { GroupCount = o.GroupCount, CannotLink = o.CannotLink,
            MustLink = o.MustLink, MaxGroupSize = o.MaxGroupSize, Steps = 3000 }),
    };

    [TestMethod]
    [DataRow("Spectral"), DataRow("Agglomerative"), DataRow("KMeans"), DataRow("Interval"), DataRow("Annealing"),
        DataRow("RandomSearch")]
    public void Solve_ClearBlocks_FindsThemWithAndWithoutTheCount(string name)
    {
        TaskAffinity affinity = Matrices.Planted(12, 3, 0.1, 2);
        GroupingResult given = Solver(name, new() { GroupCount = 3 }).Solve(affinity), automatic =
            Solver(name, new()).Solve(affinity);
        Assert.AreEqual(Planted, given.Grouping.ToString());
        // Single moves alone, as random search makes them, do not join groups of several tasks.
        if (name != "RandomSearch")
            Assert.AreEqual(Planted, automatic.Grouping.ToString());
        Assert.AreEqual(DensityObjective.Value(affinity, given.Grouping), given.Objective, 1e-9);
        Assert.AreEqual(name, given.Solver);
    }

    [TestMethod]
    [DataRow("Spectral"), DataRow("Agglomerative"), DataRow("KMeans"), DataRow("Interval"), DataRow("Annealing"),
        DataRow("RandomSearch")]
    public void Solve_Constraints_AreMet(string name)
    {
        var options = new PartitionOptions { GroupCount = 4, MustLink = [(3, 4)], CannotLink = [(0, 1)],
            MaxGroupSize = 5 };
        int[] group = Solver(name, options).Solve(Matrices.Planted(12, 3, 0.1, 2)).Grouping.ToAssignment();
        Assert.AreEqual(3, group.Max());
        Assert.AreEqual(group[3], group[4]);
        Assert.AreNotEqual(group[0], group[1]);
        Assert.IsLessThanOrEqualTo(5, group.GroupBy(g => g).Max(g => g.Count()));
    }

    [TestMethod]
    public void Solve_Interval_EqualsTryingEveryDivision()
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            TaskAffinity affinity = Matrices.Planted(8, 3, 1.5, seed);
            (double value, TaskGrouping grouping) = Matrices.BestOfAll(affinity,
                labels => labels.Max() == 2 && Enumerable.Range(1, 7).All(t => labels[t] >= labels[t - 1]));
            GroupingResult result = new IntervalGroupingSolver(new() { GroupCount = 3 }).Solve(affinity);
            Assert.AreEqual(value, result.Objective, 1e-12);
            Assert.AreEqual(grouping, result.Grouping);
        }
    }

    [TestMethod]
    public void Solve_Annealing_ReachesTheOptimumOfSmallMatrices()
    {
        for (ulong seed = 0; seed < 10; seed++)
        {
            TaskAffinity affinity = Matrices.Planted(10, 3, 1.5, seed);
            Assert.AreEqual(new SubsetProgrammingSolver(new() { GroupCount = 3 }).Solve(affinity).Objective,
                new AnnealingGroupingSolver(new() { GroupCount = 3 }).Solve(affinity).Objective, 1e-10);
        }
    }

    [TestMethod]
    public void Solve_QuickReject_TrainsOnlyWhatIsPredictedToHelp()
    {
        TaskAffinity affinity = Matrices.Planted(12, 3, 0.1, 2);
        HashSet<string> with = [], without = [];
        double Train(HashSet<string> trained, IReadOnlyList<int> group)
        {
            Assert.IsTrue(trained.Add(string.Join(',', group)), "a group is trained once");
            return DensityObjective.Value(affinity, group);
        }
        GroupingResult rejecting =
            new RandomSearchGroupingSolver(new() { GroupCount = 3, Steps = 2000, Evaluate = (g, _) =>
            Train(with, g) }).Solve(affinity);
        new RandomSearchGroupingSolver(new() { GroupCount = 3, Steps = 2000, Evaluate = (g, _) => Train(without, g),
            Predict = _ => 0 }).Solve(affinity);
        Assert.AreEqual(Planted, rejecting.Grouping.ToString());
        Assert.AreEqual(with.Count, rejecting.Iterations);
        Assert.IsLessThan(without.Count / 3, with.Count);
    }

    [TestMethod]
    public void Solve_SpectralWithoutTemperature_RefusesNegativeAffinities()
    {
        var e = Assert.ThrowsExactly<ArgumentException>(
            () => new SpectralGroupingSolver(new() { GroupCount = 2, Temperature = null }).Solve(Matrices.Named([1, -2,
                -2, 1], 2)));
        StringAssert.StartsWith(e.Message, "The affinity between tasks 0 and 1 is -2");
        Assert.AreEqual("0,1",
            new SpectralGroupingSolver(new() { GroupCount = 1, Temperature = null }).Solve(Matrices.Named([1, 1, 0, 1],
            2)).Grouping.ToString());
    }

    [TestMethod]
    public void Solve_ExtendedSpectral_HelpersServeElsewhere()
    {
        // Two blocks; task 5 is of the second block, but everybody in the first gains from it.
        var values = new double[36];
        for (int i = 0; i < 6; i++)
            for (int j = 0; j < 6; j++)
                values[i * 6 + j] = i / 3 == j / 3 && !(j == 5 && i != 5) ? 4 : i < 3 && j == 5 ? 4 : 0;
        GroupingResult result =
            new ExtendedSpectralGroupingSolver(new() { GroupCount = 2,
            Temperature = null }).Solve(Matrices.Named(values, 6));
        Assert.AreEqual("0,1,2,(5)|3,4,5", result.Grouping.ToString());
        Assert.ThrowsExactly<ArgumentException>(() =>
            new ExtendedSpectralGroupingSolver().Solve(Matrices.Named(values, 6)));
        Assert.ThrowsExactly<ArgumentException>(
            () => new ExtendedSpectralGroupingSolver(new() { GroupCount = 2,
                MaxGroupSize = 3 }).Solve(Matrices.Named(values, 6)));
    }

    [TestMethod]
    public void Solve_Fuzzy_MembershipsAreThePublishedUpdate()
    {
        double[][] vectors = [[0], [0.1], [1], [1.1], [0.55]];
        TaskAffinity affinity = Matrices.Planted(5, 2, 0, 1);
        GroupingResult result =
            new FuzzyGroupingSolver(new() { GroupCount = 2, Fuzziness = 2, Tolerance = 1e-12 }).Solve(affinity,
            vectors);
        double[][] u = [.. result.TaskWeights!.Select(row => row.ToArray())];
        Assert.AreEqual(2, result.Grouping.Count);
        double[] centres = [.. u.Select(row => row.Select((m, t) => m * m * vectors[t][0]).Sum() / row.Sum(m =>
            m * m))];
        for (int t = 0; t < 5; t++)
        {
            double a = Math.Pow(vectors[t][0] - centres[0], -2), b = Math.Pow(vectors[t][0] - centres[1], -2);
            if (u[0][t] > 0 && u[1][t] > 0)
                Assert.AreEqual(a / (a + b), u[0][t], 1e-2);
        }
        Assert.AreEqual(0.5, u[0][4], 1e-3);
        Assert.AreEqual(2, result.Grouping.Groups.Sum(g => g.Members.Contains(4) ? 1 : 0),
            "the task between helps in the other group");
    }

    [TestMethod]
    public void Solve_FuzzyOnAffinity_FindsClearBlocks()
    {
        GroupingResult result = new FuzzyGroupingSolver().Solve(Matrices.Planted(12, 3, 0.1, 2));
        Assert.AreEqual(Planted, result.Grouping.ToString());
        foreach (int t in Enumerable.Range(0, 12))
            Assert.AreEqual(1, result.TaskWeights!.Sum(row => row[t]), 0.11);
    }
}
