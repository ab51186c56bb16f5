using System.Diagnostics;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>Seconds of many calls, ascending, and what they allocated together, on all threads.</summary>
internal sealed class Timing
{
    private const int WarmUpCalls = 30, Rounds = 10;
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
    public static Timing Measure(int count, Action<int> call, CancellationToken cancellationToken) =>
        InTurn([(count, call)], cancellationToken)[0];

    /// <summary>
    /// The same of several, a tenth of each one's calls at a time, so that other work on the machine counts in all.
    /// </summary>
    public static Timing[] InTurn((int Count, Action<int> Call)[] all, CancellationToken cancellationToken)
    {
        foreach ((_, Action<int> call) in all)
            WarmUp(call, cancellationToken);
        double[][] seconds = [.. all.Select(one => new double[one.Count])];
        var bytes = new long[all.Length];
        var processor = new TimeSpan[all.Length];
        for (int round = 0; round < Rounds; round++)
            for (int k = 0; k < all.Length; k++)
            {
                int from = all[k].Count * round / Rounds, to = all[k].Count * (round + 1) / Rounds;
                long before = GC.GetTotalAllocatedBytes(precise: true);
                TimeSpan start = Environment.CpuUsage.TotalTime;
                Call(all[k].Call, seconds[k].AsSpan(from, to - from), from, cancellationToken);
                processor[k] += Environment.CpuUsage.TotalTime - start;
                bytes[k] += GC.GetTotalAllocatedBytes(precise: true) - before;
            }
        return [.. all.Select((_, k) => new Timing(seconds[k], bytes[k], processor[k]))];
    }

    private static void WarmUp(Action<int> call, CancellationToken cancellationToken)
    {
        // The runtime replaces hot code in the background: after calls alone the first timed ones still ran slow code.
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < WarmUpCalls || Stopwatch.GetElapsedTime(start).TotalSeconds < WarmUpSeconds; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            call(i);
        }
    }

    private static void Call(Action<int> call, Span<double> seconds, int first, CancellationToken cancellationToken)
    {
        for (int i = 0; i < seconds.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long from = Stopwatch.GetTimestamp();
            call(first + i);
            seconds[i] = Stopwatch.GetElapsedTime(from).TotalSeconds;
        }
    }
}
