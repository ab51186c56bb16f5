using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Training;

[TestClass]
public class ParallelRunsTests
{
    [TestMethod]
    public void MapInWaves_MoreRunsThanThreads_TheLastWaveSharesAllThreads()
    {
        (int Run, int Threads)[] results =
            ParallelRuns.MapInWaves(5, 4, (run, threads) => (run, threads), CancellationToken.None);
        CollectionAssert.AreEqual(new[] { (0, 1), (1, 1), (2, 1), (3, 1), (4, 4) }, results);
    }

    [TestMethod]
    public void MapInWaves_FewerRunsThanThreads_EveryRunHasItsShare() =>
        CollectionAssert.AreEqual(new[] { (0, 2), (1, 2), (2, 2) },
            ParallelRuns.MapInWaves(3, 7, (run, threads) => (run, threads), CancellationToken.None));

    [TestMethod]
    public void MapInWaves_AFailure_IsThrownAsItIs() => Assert.ThrowsExactly<TimeoutException>(() =>
        ParallelRuns.MapInWaves<int>(3, 2, (run, _) => run == 2 ? throw new TimeoutException() : run,
            CancellationToken.None));

    [TestMethod]
    public void MapInWaves_Cancelled_Throws() => Assert.ThrowsExactly<OperationCanceledException>(() =>
        ParallelRuns.MapInWaves(3, 2, (run, _) => run, new CancellationToken(canceled: true)));
}
