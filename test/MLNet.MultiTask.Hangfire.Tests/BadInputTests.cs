using MLNet.MultiTask.Hangfire.Storage;

namespace MLNet.MultiTask.Tests;

[TestClass]
public sealed class BadInputTests
{
    [TestMethod]
    public void Executor_NoDatabase_IsSaidInOneSentence()
    {
        string message = Refused("postgres://u:hush@127.0.0.1:1/none");
        StringAssert.StartsWith(message, "The database 127.0.0.1:1/none as u cannot be reached: ");
        Assert.DoesNotContain("hush", message);
    }

    [TestMethod]
    public void Executor_WrongPasswordOrName_IsSaidWithoutThePassword()
    {
        string url = Server.NewDatabase();
        string wrong = url.Replace(Uri.EscapeDataString(PostgresServer.Password), "hush", StringComparison.Ordinal);
        string message = Refused(wrong);
        StringAssert.EndsWith(message, " as multitask refuses the user or the password");
        Assert.DoesNotContain("hush", message);
        StringAssert.StartsWith(Refused(url + "x"), "There is no database 127.0.0.1:");
    }

    [TestMethod]
    public void Executor_TablesOfAnotherVersion_AreRefusedAndLeftAlone()
    {
        string url = Server.NewDatabase();
        using var database = new Database(ServerAddress.Parse(url), TimeSpan.FromSeconds(1));
        database.UseNow(c => c.Run("create schema multitask; create table multitask.about as select 7 as version"));
        StringAssert.Contains(Refused(url),
            "has tables of version 7, this library has version 1; use another database");
        Assert.AreEqual(1L, database.UseNow(c => c.Ask(
            "select count(*) from pg_tables where schemaname like 'multitask%'")));
    }

    [TestMethod]
    public void Options_OutOfRange_AreNamedTogether()
    {
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => MultiTaskWorker.Run(new MultiTaskWorkerOptions
        {
            Storage = "postgres://a/b", Learners = TestSweep.Learners, Slots = 0, MaxTries = 0,
            Lease = TimeSpan.Zero, Threads = 0,
        }, default)).Message, "Slots is 0, at least 1 is expected; Threads is 0, at least 1 or null is expected; " +
            "Lease is 00:00:00, 1 second to 10 minutes are expected; MaxTries is 0, at least 1 is expected");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => new HangfireExecutor(new HangfireExecutorOptions
        {
            Storage = "postgres://a/b", Patience = TimeSpan.Zero, Retention = TimeSpan.Zero,
        })).Message, "Patience is 00:00:00, a positive time is expected; Retention is 00:00:00");
    }

    private static string Refused(string url) =>
        Assert.ThrowsExactly<TrialExecutorException>(() => TestSweep.Executor(url)).Message;
}
