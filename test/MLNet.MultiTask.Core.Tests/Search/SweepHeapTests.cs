using System.Runtime.CompilerServices;

namespace MLNet.MultiTask.Tests.Search;

/// <summary>What a finished trial leaves in memory; other tests would be in the measurement.</summary>
[TestClass]
[DoNotParallelize]
public sealed class SweepHeapTests
{
    private const int First = 200, Last = 1200, MostBytesPerTrial = 400;
    private const double MostGrowth = 0.05;

    private readonly string _file = Path.GetTempFileName();

    [TestCleanup]
    public void Clean() => File.Delete(_file);

    [TestMethod]
    public void Run_AThousandTrialsMore_LeaveTheHeapAsItWas()
    {
        Dictionary<int, long> heap = Run(null, out _);
        Assert.IsLessThan(MostBytesPerTrial, (heap[Last] - heap[First]) / (Last - First));
    }

    [TestMethod]
    public void Run_AThousandTrialsResumed_LeaveTheHeapAsItWas()
    {
        File.Delete(_file);
        Dictionary<int, long> fresh = Run(_file, out int made), resumed = Run(_file, out int again);
        Assert.AreEqual(made, again, "other trials");
        Assert.IsLessThan(MostBytesPerTrial, (resumed[Last] - resumed[First]) / (Last - First));
        // Trials held from the start would not grow: so much as trials that are made leave, and no more.
        foreach (int trial in new[] { First, Last })
            Assert.IsLessThan(1 + MostGrowth, (double)resumed[trial] / fresh[trial], $"after trial {trial}");
    }

    // The result, which holds all trials, does not outlive the call; a hash of them does.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Dictionary<int, long> Run(string? history, out int hash)
    {
        var heap = new Dictionary<int, long>();
        SweepResult result = GroupingSweep.Run(MadeUpLearner.Table(9, 60), new SweepOptions
        {
            Learners = [new SweepLearner(new MadeUpLearner())], Folds = 4, MaxTrials = Last, StopLosers = false,
            Confirm = false, Refit = false, HistoryFile = history, Progress = new Watch(heap),
        });
        Assert.HasCount(Last, result.Trials);
        Assert.IsTrue(result.Trials.All(t => t.Losses.Count == 4));
        var all = new HashCode();
        foreach (SweepTrial trial in result.Trials)
            all.Add((trial.Point, trial.Loss));
        hash = all.ToHashCode();
        return heap;
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
