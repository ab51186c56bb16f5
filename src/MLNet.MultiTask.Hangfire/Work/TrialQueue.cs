using System.Diagnostics;
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

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);

    private readonly BackgroundJobClient _client;
    private readonly ServerAddress _address;
    private readonly TimeSpan _patience;

    /// <param name="address">The database.</param>
    /// <param name="patience">How long one that is away is waited for.</param>
    public TrialQueue(ServerAddress address, TimeSpan patience)
    {
        (_address, _patience) = (address, patience);
        try
        {
            Storage = new PostgreSqlStorage(
                new NpgsqlConnectionFactory(address.WakingConnectionString, Options, null), Options);
        }
        catch (NpgsqlException e)
        {
            throw new TrialExecutorException($"The tables of Hangfire in the database {address} cannot be made: " +
                e.GetBaseException().Message, e);
        }
        _client = new BackgroundJobClient(Storage);
    }

    /// <summary>Queues in the order in which workers look: letters, digits and underscores are all that Hangfire
    /// takes.</summary>
    public static string[] Names => [Again, Name];

    /// <summary>Trials for the first time.</summary>
    public static string Name { get; } = "trials_" + Build();

    // Hangfire.PostgreSql takes queues in the order of the alphabet.
    private static string Again { get; } = "again_" + Build();

    public PostgreSqlStorage Storage { get; }

    // A job whose server died comes back after this; until then the coordinator has long put another one in its place.
    private static PostgreSqlStorageOptions Options => new()
    {
        SchemaName = SchemaName,
        UseSlidingInvisibilityTimeout = true,
        InvisibilityTimeout = TimeSpan.FromSeconds(30),
        // The lock on a job's state is a row; a worker that is killed with it stalls all that fetch the job, for ten
        // minutes by default. It is held for milliseconds, and what counts are the leases of the trials.
        DistributedLockTimeout = TimeSpan.FromSeconds(5),
        QueuePollInterval = TimeSpan.FromMilliseconds(250),
        JobExpirationCheckInterval = TimeSpan.FromMinutes(5),
    };

    /// <summary>Wakes a worker up for a trial; once too often does no harm.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="key">The trial.</param>
    /// <param name="title">For the dashboard.</param>
    /// <param name="again">Before those that nobody has tried yet.</param>
    /// <param name="cancellationToken">Ends the waiting for a database that is away.</param>
    /// <exception cref="TrialExecutorException">The database stays away.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void Call(string sweep, string key, string title, bool again = false,
        CancellationToken cancellationToken = default)
    {
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                _client.Create(Job.FromExpression<TrialJob>(job => job.Run(sweep, key, title, CancellationToken.None)),
                    new EnqueuedState(again ? Again : Name));
                return;
            }
            catch (Exception e) when (IsAway(e) && Stopwatch.GetElapsedTime(started) < _patience)
            {
                cancellationToken.WaitHandle.WaitOne(s_pause);
            }
            catch (Exception e) when (IsAway(e))
            {
                throw new TrialExecutorException($"The database {_address} cannot be reached: " +
                    e.GetBaseException().Message, e);
            }
        }
    }

    private static bool IsAway(Exception? e) => e is not null && (Database.IsAway(e) || IsAway(e.InnerException));

    private static string Build() =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(BuildIdentity.Text)))[..12];
}
