namespace MLNet.MultiTask.Tests;

internal static partial class TestSweep
{
    public static HangfireExecutor Executor(string url, string delay = "0", Action<string>? log = null) =>
        new(new HangfireExecutorOptions { Storage = url, Learners = delay, Log = log });
}
