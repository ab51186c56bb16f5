using System.Diagnostics;
using MLNet.MultiTask.Benchmarks.Verbs;

namespace MLNet.MultiTask.Benchmarks.Tests.Verbs;

[TestClass]
public sealed class TimingTests
{
    [TestMethod]
    public void Measure_CallsOfKnownLength_GivesTheirPercentiles()
    {
        // Timed calls are numbered 0 … 10 and spin for (1 + number) ms.
        Timing timing = Timing.Measure(11, i => Spin(1 + i % 11), CancellationToken.None);
        Assert.IsGreaterThanOrEqualTo(0.006, timing.Median);
        Assert.IsGreaterThanOrEqualTo(0.002, timing.Percentile(10));
        Assert.IsGreaterThanOrEqualTo(0.011, timing.Percentile(100));
        Assert.IsGreaterThanOrEqualTo(timing.Percentile(10), timing.Percentile(15));
    }

    [TestMethod]
    public void Measure_AllocatingCall_CountsItsBytes()
    {
        byte[][] kept = new byte[40][];
        Timing timing = Timing.Measure(40, i => kept[i % 40] = new byte[10_000], CancellationToken.None);
        Assert.AreEqual(10_024, timing.BytesPerCall, 500);
    }

    [TestMethod]
    public void Measure_Cancelled_Stops()
    {
        using var source = new CancellationTokenSource();
        Assert.ThrowsExactly<OperationCanceledException>(() => Timing.Measure(5, i =>
        {
            if (i == 3)
                source.Cancel();
        }, source.Token));
    }

    private static void Spin(double milliseconds)
    {
        long from = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(from).TotalMilliseconds < milliseconds)
            Thread.SpinWait(10);
    }
}
