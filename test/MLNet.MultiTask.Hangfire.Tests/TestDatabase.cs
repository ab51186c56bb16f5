using MLNet.MultiTask.Hangfire.Storage;

namespace MLNet.MultiTask.Tests;

/// <summary>Looks into the database of a sweep while others use it.</summary>
internal static class TestDatabase
{
    public static Database Open(string url) => new(ServerAddress.Parse(url), TimeSpan.FromSeconds(30));

    /// <summary>The first value of the first row; null where there is none, or the tables are not made yet.</summary>
    public static object? AskOrNull(this Database database, string text, params object[] values)
    {
        try
        {
            return database.UseNow(c => c.Ask(text, values));
        }
        catch (TrialExecutorException)
        {
            return null;
        }
    }
}
