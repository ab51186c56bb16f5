using MLNet.MultiTask.Search;

namespace MLNet.MultiTask.Tests.Search;

[TestClass]
public sealed class GroupCacheTests : IDisposable
{
    private readonly SpillFile _file = new(Path.GetTempPath(), bufferBytes: 128);

    public void Dispose() => _file.Dispose();

    [TestMethod]
    public void Score_ManyGroups_IsThatOfItsFoldAndEpochs()
    {
        var cache = new GroupCache(_file);
        for (int group = 0; group < 40; group++)
            for (int fold = 0; fold < 3; fold++)
                foreach (int epochs in new[] { 0, 5 })
                    cache.Add($"{group} net", fold, epochs, Score(group, group + fold / 10.0 + epochs));
        Assert.AreEqual(240, cache.Count);
        for (int group = 0; group < 40; group++)
            for (int fold = 0; fold < 3; fold++)
            {
                GroupScore score = cache.Score($"{group} net", fold, 5)!;
                Assert.AreEqual(group + fold / 10.0 + 5, score.Loss(group));
                Assert.AreEqual(new SweepCost(7, 0.5), score.Cost);
            }
        Assert.IsNull(cache.Score("3 net", 3, 0));
        Assert.IsNull(cache.Score("3 other", 0, 0));
        Assert.HasCount(40, cache.Complete(3).ToArray());
        Assert.IsEmpty(cache.Complete(4));
    }

    [TestMethod]
    public void Branch_SeesNothingOfWhatCameLater_UntilItIsTaken()
    {
        var cache = new GroupCache(_file);
        cache.Add("0 net", 0, 0, Score(0, 1));
        GroupCache branch = cache.Branch();
        cache.Add("1 net", 0, 0, Score(1, 2));
        branch.Add("2 net", 0, 0, Score(2, 3));
        Assert.IsNotNull(branch.Score("0 net", 0, 0));
        Assert.IsNull(branch.Score("1 net", 0, 0));
        Assert.IsNull(cache.Score("2 net", 0, 0));
        cache.Take(branch);
        Assert.AreEqual(3, cache.Score("2 net", 0, 0)!.Loss(2));
        Assert.AreEqual(3, cache.Count);
    }

    [TestMethod]
    public void Add_WhatWasKnownInPart_CountsOnceAndIsWhole()
    {
        var cache = new GroupCache(_file);
        cache.Add("0,1 net", 0, 0, new GroupScore([0, 1], [1, double.NaN], IsWhole: false));
        cache.Add("0,1 net", 0, 0, new GroupScore([0, 1], [1, 2]));
        Assert.AreEqual(2, cache.Score("0,1 net", 0, 0)!.Loss(1));
        Assert.AreEqual(1, cache.Count);
    }

    private static GroupScore Score(int task, double loss) => new([task], [loss], Cost: new SweepCost(7, 0.5));
}
