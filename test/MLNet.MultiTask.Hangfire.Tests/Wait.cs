using System.Diagnostics;

namespace MLNet.MultiTask.Tests;

/// <summary>Waits for another process or thread, and not for ever: what never comes fails the test.</summary>
internal static class Wait
{
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(2);

    public static void Until(Func<bool> condition)
    {
        long started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started) > s_longest)
                throw new TimeoutException($"It did not come to pass in {s_longest.TotalMinutes} minutes");
            Thread.Sleep(20);
        }
    }
}
