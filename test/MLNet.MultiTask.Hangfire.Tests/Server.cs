namespace MLNet.MultiTask.Tests;

/// <summary>One server for all tests.</summary>
[TestClass]
public static class Server
{
    private static readonly Lock s_lock = new();
    private static PostgresServer? s_server;

    /// <summary>A new database on it; without PostgreSQL the test is skipped.</summary>
    public static string NewDatabase()
    {
        if (PostgresServer.Missing is { } why)
            Assert.Inconclusive(why);
        lock (s_lock)
            return (s_server ??= PostgresServer.Start()).NewDatabase();
    }

    [AssemblyCleanup]
    public static void Stop() => s_server?.Dispose();
}
