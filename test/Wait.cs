using System.Diagnostics;

namespace MLNet.MultiTask.Tests;

/// <summary>Waits for another process or thread, and not for ever: what never comes fails the test.</summary>
internal static class Wait
{
    public static void Until(Func<bool> condition, double seconds = 120)
    {
        long started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started).TotalSeconds > seconds)
                throw new TimeoutException($"It did not come to pass in {seconds} seconds");
            Thread.Sleep(20);
        }
    }
}
