using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Grouping;

namespace MLNet.MultiTask.Tests.Affinity.GradTag;

/// <summary>
/// Losses with planted groups: task i's falls with the share of partners in its subset, plus noise of the subset.
/// </summary>
[TestClass]
public sealed class AdaptiveSamplingTests
{
    private const int Tasks = 12, Size = 4;
    private static readonly TaskGrouping s_planted = TaskGrouping.Parse("0,3,6,9|1,4,7,10|2,5,8,11");

    [TestMethod]
    [DataRow(0.1, 1ul), DataRow(0.1, 2ul), DataRow(0.4, 3ul), DataRow(0.4, 4ul), DataRow(0.8, 5ul)]
    public void Run_PlantedGroupsWithNoise_FindsTheGroupingOfAllSubsetsWithFewer(double noise, ulong seed)
    {
        int[][] all = AffinitySubsets.Combinations(Tasks, Size);
        TaskGrouping ofAll = Solve(Average(all, Predict(all, noise, seed)));
        Assert.AreEqual(s_planted, ofAll);

        AdaptiveSample<double[]> sample = Run(new() { GroupCounts = [3] }, noise, seed, coverage: 2);
        Assert.IsTrue(sample.Settled);
        Assert.AreEqual(ofAll, Solve(Average(sample.Subsets, sample.Predictions)));
        Assert.IsTrue(sample.Subsets.Length < all.Length / 2,
            $"{sample.Subsets.Length} of {all.Length} subsets in {sample.Rounds} rounds");
    }

    [TestMethod]
    public void Run_MoreNoise_TakesMoreRounds()
    {
        double Rounds(double noise) =>
            Enumerable.Range(1, 5).Average(seed => Run(new() { GroupCounts = [3] }, noise, (ulong)seed, 1).Rounds);
        double little = Rounds(0.05), much = Rounds(2);
        Assert.IsTrue(little < much, $"{little} rounds with little noise, {much} with much");
    }

    // With three planted groups, most groupings into two, four, five or six are as good as many others.
    [TestMethod]
    [DataRow(0.02), DataRow(0.1)]
    public void Run_SeveralNumbersOfGroups_StopsWhenForThatManyRoundsNoGroupingWasMuchBetter(double tolerance)
    {
        AdaptiveSample<double[]> sample = Run(new() { StableRounds = 3, Tolerance = tolerance }, 0.05, 1, 2);
        Assert.IsTrue(sample.Settled && sample.Subsets.Length < 495, $"{sample.Subsets.Length} subsets");
        int[] ends = RoundEnds(sample);
        int first = ends[^4];
        TaskAffinity before = Average(sample.Subsets[..first], sample.Predictions[..first]);
        foreach (int end in ends[^3..])
        {
            TaskAffinity now = Average(sample.Subsets[..end], sample.Predictions[..end]);
            for (int k = 2; k <= 6; k++)
                Assert.IsTrue(DensityObjective.Value(now, Solve(before, k)) >=
                    DensityObjective.Value(now, Solve(now, k)) * (1 - tolerance) - 1e-9, $"k = {k}, {end} subsets");
        }
    }

    [TestMethod]
    public void Run_NoTolerance_StopsAtEqualGroupings()
    {
        AdaptiveSample<double[]> sample = Run(new() { GroupCounts = [3], Tolerance = 0 }, 0.1, 1, 2);
        Assert.IsTrue(sample.Settled);
        foreach (int end in RoundEnds(sample)[^3..])
            Assert.AreEqual(s_planted, Solve(Average(sample.Subsets[..end], sample.Predictions[..end])));
    }

    [TestMethod]
    public void Run_LimitOfRounds_SaysThatNothingSettled()
    {
        AdaptiveSample<double[]> sample = Run(new() { MaxRounds = 2 }, 2, 1, 1);
        Assert.AreEqual((2, false), (sample.Rounds, sample.Settled));
    }

    [TestMethod]
    public void Run_NoSubsetLeft_HoldsThemAll()
    {
        AdaptiveSample<double[]> sample = Run(new() { StableRounds = 1000, MaxRounds = 1000, GroupCounts = [3] }, 1, 1,
            3);
        Assert.IsFalse(sample.Settled);
        Assert.AreEqual(495, sample.Subsets.Select(s => string.Join(',', s)).Distinct().Count());
        Assert.AreEqual(495, sample.Predictions.Length);
    }

    // Against the mean over all subsets, errors in units of the standard error are about as large as sampling without
    // replacement says.
    [TestMethod]
    public void Run_StoppedEarly_StandardErrorsTellTheDistanceToTheMeanOverAllSubsets()
    {
        double sum = 0;
        int count = 0;
        for (ulong seed = 1; seed <= 10; seed++)
        {
            int[][] all = AffinitySubsets.Combinations(Tasks, Size);
            TaskAffinity full = Average(all, Predict(all, 0.4, seed));
            AdaptiveSample<double[]> sample = Run(new() { GroupCounts = [3] }, 0.4, seed, 3);
            TaskAffinity part = Average(sample.Subsets, sample.Predictions);
            for (int p = 0; p < Tasks * Tasks; p++)
                if (part.PairCounts![p] > 1)
                {
                    double left = 1 - part.PairCounts[p] / (double)full.PairCounts![p];
                    sum += Math.Pow((part.Values[p] - full.Values[p]) / part.StandardErrors![p], 2) / left;
                    count++;
                }
        }
        double spread = Math.Sqrt(sum / count);
        Assert.IsTrue(spread is > 0.8 and < 1.3, $"errors of {spread} standard errors");
    }

    [TestMethod]
    public void Run_MoreGroupsThanTasks_NamesTheNumber()
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Run(new() { GroupCounts = [3, 13] }, 1, 1,
            1));
        StringAssert.Contains(error.Message, "GroupCounts must be at most the number of tasks, 12");
        error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Run(new() { Growth = 0.9 }, 1, 1, 1));
        StringAssert.Contains(error.Message, "Growth must be at least 1 and finite");
        error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Run(new() { StableRounds = 0 }, 1, 1, 1));
        StringAssert.Contains(error.Message, "StableRounds must be at least 1");
    }

    private static AdaptiveSample<double[]> Run(AdaptiveSamplingOptions options, double noise, ulong seed, int coverage)
    {
        var sampler = new CoveringSubsets(Tasks, Size, seed);
        return AdaptiveSampling.Run(Tasks, options, SdpGroupingSolver.WithoutBound, () =>
            sampler.Next(coverage, 0), round =>
            Predict(round, noise, seed), Average,
            CancellationToken.None);
    }

    private static int[] RoundEnds(AdaptiveSample<double[]> sample)
    {
        var sampler = new CoveringSubsets(Tasks, Size, 1);
        int end = 0;
        return [.. Enumerable.Range(0, sample.Rounds).Select(_ => end += sampler.Next(2, 0).Length)];
    }

    private static double[][] Predict(int[][] subsets, double noise, ulong seed) => [.. subsets.Select(subset =>
    {
        var random = new RandomStream(seed, string.Join(',', subset));
        return subset.Select(i => 1 + i - 0.3 * subset.Count(j => j != i && j % 3 == i % 3) +
            noise * random.NextNormal()).ToArray();
    })];

    private static TaskAffinity Average(int[][] subsets, double[][] losses) =>
        SubsetAverage.ToAffinity([.. Enumerable.Range(0, Tasks).Select(t => $"t{t}")], subsets, losses, "test");

    private static TaskGrouping Solve(TaskAffinity affinity, int groups = 3) =>
        SdpGroupingSolver.WithoutBound(affinity, groups);
}
