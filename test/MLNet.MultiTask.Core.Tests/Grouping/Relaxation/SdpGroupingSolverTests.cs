using System.Text.Json;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Grouping;

namespace MLNet.MultiTask.Tests.Grouping;

[TestClass]
public class SdpGroupingSolverTests
{
    private const string Cases = "data/affinity/sdp_cases/";

    // Without a number of groups: a signed affinity says by itself who should stay together.
    [TestMethod]
    [DataRow(0.2, 0.1, "0,1")]
    [DataRow(-0.2, 0.1, "0|1")]
    [DataRow(0.2, -0.1, "0,1")]
    public void Solve_TwoTasksSigned_FollowsTheSignOfWhatTheyGain(double first, double second, string groups)
    {
        var affinity = new TaskAffinity(["a", "b"], [0, first, second, 0], "made up") { IsSigned = true };
        Assert.AreEqual(groups, new SdpGroupingSolver().Solve(affinity).Grouping.ToString());
    }

    [TestMethod]
    [DataRow(0.3, "0,1,2")]
    [DataRow(-0.3, "0|1|2")]
    public void Solve_ThreeTasksSignedAlike_KeepsAllTogetherOrApart(double value, string groups)
    {
        double[] values = [0, value, value, value, 0, value, value, value, 0];
        var affinity = new TaskAffinity(["a", "b", "c"], values, "made up") { IsSigned = true };
        Assert.AreEqual(groups, new SdpGroupingSolver().Solve(affinity).Grouping.ToString());
    }

    [TestMethod]
    [DataRow(0), DataRow(1), DataRow(2), DataRow(3), DataRow(4), DataRow(5)]
    public void Solve_ReferenceCase_EnclosesTheCertifiedOptimum(int index)
    {
        JsonElement expected = Case(index);
        GroupingResult result =
            Solve(expected, new() { GroupCount = expected.GetProperty("k").GetInt32(), RelativeGap = 1e-6 });
        double optimum = expected.GetProperty("sdp_value").GetDouble();

        Assert.IsGreaterThanOrEqualTo(expected.GetProperty("certified_lower_bound").GetDouble() - 1e-7,
            result.SdpBound!.Value);
        Assert.IsLessThanOrEqualTo(expected.GetProperty("certified_upper_bound").GetDouble() + 1e-7,
            result.SdpValue!.Value);
        Assert.AreEqual(optimum, result.SdpValue!.Value, 1e-5 * Math.Abs(optimum));
        Assert.IsLessThanOrEqualTo(1e-5, result.SdpGap!.Value);
        Assert.AreEqual(expected.GetProperty("k").GetInt32(), result.Grouping.Count);
        if (expected.GetProperty("integral").GetBoolean())
        {
            Assert.AreEqual(Groups(expected.GetProperty("optimal_groups")), result.Grouping);
            Assert.IsTrue(result.IsOptimal);
        }
        else
        {
            Assert.AreEqual(expected.GetProperty("best_partition").GetProperty("value").GetDouble(), result.Objective,
                1e-7);
            Assert.IsFalse(result.IsOptimal);
        }
    }

    [TestMethod]
    [DataRow(0), DataRow(1), DataRow(2), DataRow(3), DataRow(4)]
    public void Solve_PenalisedReferenceCase_EnclosesTheCertifiedOptimum(int index)
    {
        JsonElement penalised = Case(index).GetProperty("penalised");
        double optimum = penalised.GetProperty("value").GetDouble();
        GroupingResult result =
            Solve(Case(index), new() { GroupCost = penalised.GetProperty("lambda").GetDouble(), MaxIterations = 1000 });

        Assert.IsGreaterThanOrEqualTo(penalised.GetProperty("certified_lower_bound").GetDouble() - 1e-7,
            result.SdpBound!.Value);
        Assert.IsLessThanOrEqualTo(penalised.GetProperty("certified_upper_bound").GetDouble() + 1e-7,
            result.SdpValue!.Value);
        Assert.AreEqual(optimum, result.SdpBound!.Value, 3e-4 * Math.Abs(optimum));
        Assert.AreEqual(optimum, result.SdpValue!.Value, 3e-4 * Math.Abs(optimum));
        Assert.IsLessThanOrEqualTo(result.Bound, result.Objective);
    }

    [TestMethod]
    public void Solve_FractionalCaseWithTriangleCuts_TightensTheBound()
    {
        GroupingResult plain = Solve(Case(3), new() { GroupCount = 3 });
        GroupingResult cut = Solve(Case(3), new() { GroupCount = 3, TriangleCuts = true });
        Assert.AreEqual(7.74289556, cut.Objective, 1e-7);
        Assert.IsGreaterThan(0.05, plain.Gap);
        Assert.IsLessThanOrEqualTo(1e-4, cut.Gap);
        Assert.IsTrue(cut.IsOptimal);
    }

    [TestMethod]
    public void Solve_BenchmarkMatrix_AgreesWithInteriorPointSolvers()
    {
        TaskAffinity affinity = Matrices.Read("bench/matrices/affinity_n50_k5_seed1.csv");
        GroupingResult result = new SdpGroupingSolver(new() { GroupCount = 5 }).Solve(affinity);
        Assert.AreEqual(40.037488, result.SdpValue!.Value, 1e-4 * 40);
        Assert.IsLessThanOrEqualTo(1e-4, result.SdpGap!.Value);
        Assert.IsGreaterThanOrEqualTo(37.7843, result.Objective);
        Assert.AreEqual(DensityObjective.Value(affinity, result.Grouping), result.Objective, 1e-10);
    }

    [TestMethod]
    public void Solve_OneOrTwoThreads_SameResult()
    {
        TaskAffinity affinity = Matrices.Planted(100, 10, 0.5, 4);
        GroupingResult one = new SdpGroupingSolver(new() { GroupCount = 10, Threads = 1,
            MaxIterations = 40 }).Solve(affinity);
        GroupingResult two = new SdpGroupingSolver(new() { GroupCount = 10, Threads = 2,
            MaxIterations = 40 }).Solve(affinity);
        Assert.AreEqual(one, two);
    }

    [TestMethod]
    [DataRow(1, 1), DataRow(2, 1), DataRow(2, 2), DataRow(7, 1), DataRow(7, 7), DataRow(9, 8)]
    public void Solve_OneGroupOrAllAlone_IsProvenAtOnce(int n, int k)
    {
        GroupingResult result = new SdpGroupingSolver(new() { GroupCount = k }).Solve(Matrices.Planted(n, 1, 1, 7));
        Assert.AreEqual(k, result.Grouping.Count);
        Assert.IsLessThanOrEqualTo(1e-4, k == 8 ? result.SdpGap!.Value : result.Gap);
    }

    [TestMethod]
    public void Solve_ConstantMatrix_IsOptimalForAnyNumberOfGroups()
    {
        GroupingResult result =
            new SdpGroupingSolver(new() { GroupCount = 3 }).Solve(Matrices.Named([.. Enumerable.Repeat(2.0, 100)], 10));
        Assert.AreEqual(20, result.Objective, 1e-12);
        Assert.IsTrue(result.IsOptimal);
        Assert.AreEqual(3, result.Grouping.Count);
    }

    [TestMethod]
    public void Solve_NeitherCountNorCost_FindsThePlantedNumber()
    {
        GroupingResult result = new SdpGroupingSolver().Solve(Matrices.Planted(20, 4, 0.2, 1));
        Assert.AreEqual(TaskGrouping.FromAssignment([.. Enumerable.Range(0, 20).Select(i => i / 5)]), result.Grouping);
        Assert.IsTrue(result.IsOptimal);
    }

    [TestMethod]
    public void Solve_MoreGroupsThanTasks_IsRefused()
    {
        var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => new SdpGroupingSolver(new() { GroupCount = 5 }).Solve(Matrices.Planted(4, 2, 0, 1)));
        StringAssert.StartsWith(e.Message, "GroupCount must be in 1 to 4, the number of tasks");
    }

    [TestMethod]
    public void Solve_Cancelled_Throws()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsExactly<OperationCanceledException>(
            () => new SdpGroupingSolver(new() { GroupCount = 2 }).Solve(Matrices.Planted(6, 2, 1, 1), source.Token));
    }

    private static JsonElement Case(int index)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Repository.Shared(Cases + "expected.json")));
        return document.RootElement.GetProperty("cases")[index].Clone();
    }

    private static GroupingResult Solve(JsonElement expected, SdpGroupingOptions options) =>
        new SdpGroupingSolver(options).Solve(Matrices.Read(Cases + expected.GetProperty("file").GetString()));

    private static TaskGrouping Groups(JsonElement groups) => new(groups.EnumerateArray()
        .Select(g => new TaskGroup([.. g.EnumerateArray().Select(t => t.GetInt32())], [])));
}
