using System.Security.Cryptography;
using Npgsql;

namespace MLNet.MultiTask.Hangfire.Storage;

/// <summary>The data of sweeps: a large object each, in chunks, under the SHA-256 of all of it.</summary>
internal sealed class DataStore(Database database)
{
    private const int Chunk = 1 << 20;

    public static string HashOf(Stream stream)
    {
        stream.Position = 0;
        string hash = Convert.ToHexStringLower(SHA256.HashData(stream));
        stream.Position = 0;
        return hash;
    }

    /// <summary>Keeps data that is not kept yet; it is there wholly or not at all.</summary>
    /// <returns>Whether it had to travel.</returns>
    public bool Put(string hash, Stream stream, CancellationToken cancellationToken) => database.Use(connection =>
    {
        if (connection.Ask("select 1 from multitask.data where hash = $1", hash) is not null)
            return false;
        using NpgsqlTransaction transaction = connection.BeginTransaction();
        uint large = (uint)connection.Ask("select lo_create(0)")!;
        stream.Position = 0;
        var buffer = new byte[Chunk];
        long position = 0;
        for (int read; (read = stream.ReadAtLeast(buffer, Chunk, throwOnEndOfStream: false)) > 0; position += read)
        {
            cancellationToken.ThrowIfCancellationRequested();
            connection.Run("select lo_put($1::bigint::oid, $2, $3)", (long)large, position, buffer[..read]);
        }
        bool added = connection.Run(
            "insert into multitask.data (hash, large, bytes) values ($1, $2::bigint::oid, $3) " +
            "on conflict do nothing", hash, (long)large, position) == 1;
        // Somebody else was quicker: the object would be left over.
        if (added)
            transaction.Commit();
        return added;
    }, cancellationToken);

    /// <summary>Copies data out and checks it.</summary>
    /// <exception cref="WorkerRefusedException">It is not there, or damaged.</exception>
    public void Get(string hash, Stream stream, CancellationToken cancellationToken)
    {
        database.Use<object?>(connection =>
        {
            stream.SetLength(0);
            List<(long Large, long Bytes)> found = connection.List(r => (r.GetInt64(0), r.GetInt64(1)),
                "select large::bigint, bytes from multitask.data where hash = $1", hash);
            if (found.Count == 0)
                throw new WorkerRefusedException($"The data of the sweep ({hash[..12]}…) is not in the database " +
                    $"{database.Address} any more");
            for (long position = 0; position < found[0].Bytes; position += Chunk)
            {
                cancellationToken.ThrowIfCancellationRequested();
                stream.Write((byte[])connection.Ask("select lo_get($1::bigint::oid, $2, $3)", found[0].Large, position,
                    Chunk)!);
            }
            return null;
        }, cancellationToken);
        if (HashOf(stream) != hash)
            throw new WorkerRefusedException($"The data of the sweep ({hash[..12]}…) in the database " +
                $"{database.Address} is damaged: its SHA-256 is another one");
    }
}
