using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public sealed class SubsetRetrainingTests
{
    private static readonly TaskTable s_table = AffinityFixture.Mixed(150);
    private static readonly RowSplit s_split = RowSplit.Random(150, 0.3, 1);
    private static readonly HigherOrderOptions s_options = new()
    {
        Training = new() { Hidden = [8], MaxEpochs = 6, Patience = 3, BatchSize = 32 },
        Seed = 5,
    };

    [TestMethod]
    public void MeanLosses_FromScratch_AreWhatTheNetworksReallyScore()
    {
        int[][] subsets = [[0, 2], [1], [2, 3]];
        double[][] losses = SubsetRetraining.MeanLosses(s_table, s_split, subsets, s_options with { Runs = 2 },
            CancellationToken.None);
        for (int s = 0; s < subsets.Length; s++)
            Agrees(subsets[s], [.. Enumerable.Range(0, 2).Select(run =>
                NetworkTrainer.Train(s_table, s_split, subsets[s],
                s_options.Training with { Seed = new RandomStream(5, "scratch", run).NextUInt64() }).Network)],
                    losses[s]);
    }

    [TestMethod]
    public void MeanLosses_FineTuned_AreThoseOfTheLastWeightsAfterTheEpochsAskedFor()
    {
        RetrainingOptions options = s_options with { Start = RetrainingStart.FineTuned, FineTuneEpochs = 2, Runs = 2 };
        double[] losses = SubsetRetraining.MeanLosses(s_table, s_split, [[1, 3]], options, CancellationToken.None)[0];
        TrainingOptions training = s_options.Training with
        {
            Seed = new RandomStream(5, "fine-tuning", 0).NextUInt64(),
            MaxEpochs = 2,
            Patience = null,
            KeepBestWeights = false,
        };
        Agrees([1, 3], [.. Enumerable.Range(0, 2).Select(run => NetworkTrainer.Train(s_table, s_split, [1, 3],
            SubsetRetraining.Base(s_table, s_split, options, run, CancellationToken.None), training).Network)], losses);
    }

    [TestMethod]
    public void MeanLosses_OtherSubsetsAsked_AreTheSame()
    {
        double[] alone = SubsetRetraining.MeanLosses(s_table, s_split, [[0, 3]], s_options, CancellationToken.None)[0];
        CollectionAssert.AreEqual(alone,
            SubsetRetraining.MeanLosses(s_table, s_split, [[1], [0, 3]], s_options, CancellationToken.None)[1]);
    }

    [TestMethod]
    public void MeanLosses_ATrainingDiverges_SaysSo()
    {
        RetrainingOptions wild = s_options with { Training = s_options.Training with { LearningRate = 1e30f } };
        Assert.ThrowsExactly<TrainingDivergedException>(() =>
            SubsetRetraining.MeanLosses(s_table, s_split, [[2, 3], [0]], wild, CancellationToken.None));
    }

    [TestMethod]
    public void Estimate_HigherOrder_IsTheStandardisedMeanOverTrainedSubsets()
    {
        TaskAffinity affinity = new HigherOrderAffinity(s_options).Estimate(s_table, s_split);
        int[][] subsets = [[0, 1, 2], [0, 1, 3], [0, 2, 3], [1, 2, 3]];
        double[][] losses = SubsetRetraining.MeanLosses(s_table, s_split, subsets, s_options, CancellationToken.None);
        double[] first = [losses[0][0], losses[1][0], losses[2][0]];
        double mean = first.Average(), deviation = Math.Sqrt(first.Average(l => (l - mean) * (l - mean)));
        Assert.AreEqual((mean - (first[0] + first[1]) / 2) / deviation, affinity[0, 1], 1e-9);
        Assert.AreEqual((mean - (first[1] + first[2]) / 2) / deviation, affinity[0, 3], 1e-9);
    }

    [TestMethod]
    public void Estimate_Pairwise_IsTheRelativeGainOverTrainingAlone()
    {
        TaskAffinity affinity = new PairwiseHigherOrderAffinity(s_options).Estimate(s_table, s_split);
        double[][] losses = SubsetRetraining.MeanLosses(s_table, s_split, [[2], [1, 2], [0, 2]], s_options,
            CancellationToken.None);
        Assert.AreEqual((losses[0][0] - losses[1][1]) / losses[0][0], affinity[2, 1], 1e-12);
        Assert.AreEqual(0, affinity[2, 2]);
        CollectionAssert.AreEqual(new[] { (losses[1][1] + losses[2][1]) / 2 }, affinity.PredictGroup!([0, 2, 1])[1..2]);
        Assert.AreEqual(losses[0][0], affinity.PredictGroup!([2])[0]);
    }

    [TestMethod]
    public void Estimate_SubsetSizeAboveTheNumberOfTasks_IsRefused() => StringAssert.Contains(
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
            new HigherOrderAffinity(s_options with { SubsetSize = 5 })
            .Estimate(s_table, s_split)).Message, "SubsetSize must be at most the number of tasks, 4");

    private static void Agrees(int[] subset, SharedBottomNetwork[] networks, double[] losses)
    {
        TaskTable own = Columns(subset);
        for (int k = 0; k < subset.Length; k++)
            Assert.AreEqual(networks.Average(n =>
                ReferenceNetwork.MeanLoss(n, ReferenceNetwork.Parameters(n), own, s_split.Validation, k)), losses[k],
                1e-5);
    }

    private static TaskTable Columns(int[] tasks) =>
        new(s_table.Features, [.. tasks.Select(t => s_table.Tasks[t])],
        [.. Enumerable.Range(0, 150).SelectMany(r => tasks.Select(t => s_table.Label(r, t)))],
        [.. Enumerable.Range(0, 150).SelectMany(r => tasks.Select(t => s_table.Weights![r * 4 + t]))]);
}
