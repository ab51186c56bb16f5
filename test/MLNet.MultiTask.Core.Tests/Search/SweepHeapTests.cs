namespace MLNet.MultiTask.Tests.Search;

/// <summary>What a finished trial leaves in memory; other tests would be in the measurement.</summary>
[TestClass]
[DoNotParallelize]
public sealed class SweepHeapTests
{
    private const int First = 200, Last = 1200, MostBytesPerTrial = 400;

    [TestMethod]
    public void Run_AThousandTrialsMore_LeaveTheHeapAsItWas()
    {
        var heap = new Dictionary<int, long>();
        SweepResult result = GroupingSweep.Run(MadeUpLearner.Table(9, 60), new SweepOptions
        {
            Learners = [new SweepLearner(new MadeUpLearner())], Folds = 4, MaxTrials = Last, StopLosers = false,
            Confirm = false, Refit = false, Progress = new Watch(heap),
        });
        Assert.HasCount(Last, result.Trials);
        Assert.IsTrue(result.Trials.All(t => t.Losses.Count == 4));
        Assert.IsLessThan(MostBytesPerTrial, (heap[Last] - heap[First]) / (Last - First));
    }

    private sealed class Watch(Dictionary<int, long> heap) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value)
        {
            if (value.Trial.Number is First or Last)
                heap[value.Trial.Number] = GC.GetTotalMemory(forceFullCollection: true);
        }
    }
}
