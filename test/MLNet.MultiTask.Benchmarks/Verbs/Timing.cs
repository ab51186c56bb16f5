using System.Diagnostics;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>Seconds of many calls, ascending, and what they allocated together, on all threads.</summary>
internal sealed class Timing
{
    private const int WarmUpCalls = 30;
    private const double WarmUpSeconds = 0.7;

    private readonly double[] _seconds;

    private Timing(double[] seconds, long bytes, TimeSpan processor)
    {
        Array.Sort(seconds);
        (_seconds, BytesPerCall) = (seconds, (double)bytes / seconds.Length);
        ProcessorSeconds = processor.TotalSeconds / seconds.Length;
    }

    /// <summary>
    /// Mean processor time of a call, on all threads: what other work on the machine hardly changes.
    /// </summary>
    public double ProcessorSeconds { get; }

    public double BytesPerCall { get; }

    public double Median => Percentile(50);

    /// <summary>Linear between the two nearest calls, as NumPy has it.</summary>
    public double Percentile(double percent)
    {
        double position = percent / 100 * (_seconds.Length - 1);
        int below = (int)position, above = Math.Min(below + 1, _seconds.Length - 1);
        return _seconds[below] + (position - below) * (_seconds[above] - _seconds[below]);
    }

    /// <summary>Times <paramref name="count"/> calls of <paramref name="call"/>, which is told their number.</summary>
    public static Timing Measure(int count, Action<int> call, CancellationToken cancellationToken)
    {
        // The runtime replaces hot code in the background: after calls alone the first timed ones still ran slow code.
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < WarmUpCalls || Stopwatch.GetElapsedTime(start).TotalSeconds < WarmUpSeconds; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            call(i);
        }
        var seconds = new double[count];
        long bytes = GC.GetTotalAllocatedBytes(precise: true);
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        for (int i = 0; i < count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long from = Stopwatch.GetTimestamp();
            call(i);
            seconds[i] = Stopwatch.GetElapsedTime(from).TotalSeconds;
        }
        processor = Environment.CpuUsage.TotalTime - processor;
        return new Timing(seconds, GC.GetTotalAllocatedBytes(precise: true) - bytes, processor);
    }
}
