using System.Security.Cryptography;
using System.Text;
using Hangfire;
using Hangfire.Common;
using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;
using Hangfire.States;
using MLNet.MultiTask.Distribution;
using MLNet.MultiTask.Hangfire.Storage;
using Npgsql;

namespace MLNet.MultiTask.Hangfire.Work;

/// <summary>Hangfire's side: a job per trial, in a queue per build, so that no other build ever gets it.</summary>
internal sealed class TrialQueue
{
    /// <summary>Hangfire's tables, beside those of the trials.</summary>
    public const string SchemaName = "multitask_hangfire";

    private readonly BackgroundJobClient _client;

    public TrialQueue(ServerAddress address)
    {
        try
        {
            Storage = new PostgreSqlStorage(new NpgsqlConnectionFactory(address.WakingConnectionString, Options, null), Options);
        }
        catch (NpgsqlException e)
        {
            throw new TrialExecutorException($"The tables of Hangfire in the database {address} cannot be made: " +
                e.GetBaseException().Message, e);
        }
        _client = new BackgroundJobClient(Storage);
    }

    /// <summary>Letters, digits and underscores: all that Hangfire takes.</summary>
    public static string Name { get; } = "trials_" + Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes(BuildIdentity.Text)))[..12];

    public PostgreSqlStorage Storage { get; }

    // A job whose server died comes back after this; until then the coordinator has long put another one in its place.
    private static PostgreSqlStorageOptions Options => new()
    {
        SchemaName = SchemaName,
        UseSlidingInvisibilityTimeout = true,
        InvisibilityTimeout = TimeSpan.FromSeconds(30),
        QueuePollInterval = TimeSpan.FromMilliseconds(250),
        EnableLongPolling = true,
        JobExpirationCheckInterval = TimeSpan.FromMinutes(5),
    };

    /// <summary>Wakes a worker up for a trial; once too often does no harm.</summary>
    public void Call(string sweep, string key, string title) => _client.Create(
        Job.FromExpression<TrialJob>(job => job.Run(sweep, key, title, CancellationToken.None)), new EnqueuedState(Name));
}
