namespace MLNet.MultiTask.Affinity;
internal static class Prof
{
    static long t0 = System.Diagnostics.Stopwatch.GetTimestamp();
    public static void Mark(string s)
    {
        long t = System.Diagnostics.Stopwatch.GetTimestamp();
        Console.Error.WriteLine($"{System.Diagnostics.Stopwatch.GetElapsedTime(t0, t).TotalMilliseconds,9:F1} {s}");
        t0 = t;
    }
}
