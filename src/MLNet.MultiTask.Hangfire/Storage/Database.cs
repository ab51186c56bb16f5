using System.Diagnostics;
using System.Net.Sockets;
using Npgsql;

namespace MLNet.MultiTask.Hangfire.Storage;

/// <summary>The database, patient: what fails because it is away is tried again for a while.</summary>
internal sealed class Database : IDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);

    private readonly NpgsqlDataSource _source;

    public Database(ServerAddress address, TimeSpan patience)
    {
        (Address, Patience) = (address, patience);
        _source = NpgsqlDataSource.Create(address.ConnectionString);
    }

    public ServerAddress Address { get; }

    /// <summary>How long a database that is away is waited for.</summary>
    public TimeSpan Patience { get; }

    /// <summary>Runs statements of one connection; from the start again where the database was away.</summary>
    /// <param name="use">May run more than once.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="TrialExecutorException">The database stays away, or refuses.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public T Use<T>(Func<NpgsqlConnection, T> use, CancellationToken cancellationToken = default)
    {
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                using NpgsqlConnection connection = _source.OpenConnection();
                return use(connection);
            }
            catch (Exception e) when (IsAway(e) && Stopwatch.GetElapsedTime(started) < Patience)
            {
                cancellationToken.WaitHandle.WaitOne(s_pause);
            }
            catch (Exception e) when (IsAway(e) || e is NpgsqlException)
            {
                throw Refused(e);
            }
        }
    }

    /// <summary>The same once, for the first call: a wrong address should be said at once.</summary>
    /// <exception cref="TrialExecutorException">The database is not there, or refuses.</exception>
    public T UseNow<T>(Func<NpgsqlConnection, T> use)
    {
        try
        {
            using NpgsqlConnection connection = _source.OpenConnection();
            return use(connection);
        }
        catch (Exception e) when (IsAway(e) || e is NpgsqlException)
        {
            throw Refused(e);
        }
    }

    /// <summary>A connection of its own, outside the pool; whoever asks closes it.</summary>
    public NpgsqlConnection OpenOwn()
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Address.ConnectionString)
        {
            Pooling = false,
        }.ConnectionString);
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Whether it may be there again soon: it is starting, stopping, or the network is cut.</summary>
    public static bool IsAway(Exception e) => e switch
    {
        PostgresException p => p.IsTransient || p.SqlState is PostgresErrorCodes.AdminShutdown
            or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow,
        NpgsqlException n => n.IsTransient || n.InnerException is SocketException or IOException or TimeoutException,
        SocketException or TimeoutException or ObjectDisposedException => true,
        _ => false,
    };

    public void Dispose() => _source.Dispose();

    private TrialExecutorException Refused(Exception e) => new(e switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or
            PostgresErrorCodes.InvalidAuthorizationSpecification } =>
            $"The database {Address} refuses the user or the password",
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } => $"There is no database {Address}",
        PostgresException p => $"The database {Address} refuses: {p.MessageText} ({p.SqlState})",
        _ => $"The database {Address} cannot be reached: {e.GetBaseException().Message}",
    }, e);
}
