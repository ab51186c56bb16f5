using System.Buffers.Binary;
using System.Data;
using MLNet.MultiTask.Hangfire.Storage;
using Npgsql;

namespace MLNet.MultiTask.Hangfire.Coordination;

/// <summary>
/// The right to run a sweep: an advisory lock of the database on a connection of its own, which is free again the
/// moment its holder is gone. After a restart of the database it is taken anew, unless somebody else was quicker.
/// </summary>
internal sealed class CoordinatorLock : IDisposable
{
    private readonly Database _database;
    private readonly string _sweep;
    private readonly long _number;
    private NpgsqlConnection? _connection;

    public CoordinatorLock(Database database, string sweep)
    {
        (_database, _sweep) = (database, sweep);
        _number = BinaryPrimitives.ReadInt64BigEndian(Convert.FromHexString(sweep[..16]));
        try
        {
            Take();
        }
        catch (Exception e) when (Database.IsAway(e) || e is NpgsqlException)
        {
            throw new TrialExecutorException($"The database {database.Address} cannot be reached: {e.Message}", e);
        }
    }

    /// <summary>Whether the lock is held; after a cut it is taken again.</summary>
    /// <exception cref="TrialExecutorException">Somebody else runs the sweep now.</exception>
    public bool IsHeld()
    {
        try
        {
            if (_connection is { State: ConnectionState.Open })
            {
                _connection.Ask("select 1");
                return true;
            }
            _connection?.Dispose();
            _connection = null;
        }
        catch (Exception e) when (Database.IsAway(e) || e is NpgsqlException)
        {
            _connection!.Dispose();
            _connection = null;
        }
        try
        {
            Take();
            return true;
        }
        catch (Exception e) when (Database.IsAway(e) || e is NpgsqlException)
        {
            return false;
        }
    }

    public void Dispose() => _connection?.Dispose();

    private void Take()
    {
        NpgsqlConnection connection = _database.OpenOwn();
        if (connection.Ask("select pg_try_advisory_lock($1)", _number) is true)
        {
            _connection = connection;
            return;
        }
        connection.Dispose();
        throw new TrialExecutorException(
            $"The sweep is run by {new SweepStore(_database).Coordinator(_sweep) ?? "another process"} " +
            "already; wait until it ends, or stop it");
    }
}
