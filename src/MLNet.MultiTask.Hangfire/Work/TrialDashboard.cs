using Hangfire;
using MLNet.MultiTask.Hangfire.Storage;
using MLNet.MultiTask.Hangfire.Work;

namespace MLNet.MultiTask;

/// <summary>
/// What a host needs to show trials on Hangfire's own dashboard, where each is named by learner and tasks. Nothing
/// shows it unless the host maps it; who may see it is the host's to say.
/// </summary>
public static class TrialDashboard
{
    /// <summary>Hangfire's view of the trials.</summary>
    /// <param name="address">The database: a URL, or a connection string of Npgsql.</param>
    /// <exception cref="ArgumentException">The address cannot be read.</exception>
    /// <exception cref="TrialExecutorException">The database is not there, or refuses.</exception>
    public static JobStorage Storage(string address) =>
        new TrialQueue(ServerAddress.Parse(address), TimeSpan.Zero).Storage;
}
