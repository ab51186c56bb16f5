using Npgsql;

namespace MLNet.MultiTask.Hangfire.Storage;

/// <summary>The tables, in a schema of their own beside Hangfire's.</summary>
internal static class Schema
{
    /// <summary>Of these tables; another one is refused.</summary>
    public const int Version = 1;

    private const long MakingLock = 0x4D54_534B_0001;

    private const string Tables = """
        create schema if not exists multitask;
        create table multitask.about (version int not null, one bool primary key default true check (one));
        create table multitask.data (
            hash text primary key, large oid not null, bytes bigint not null,
            created timestamptz not null default now());
        create table multitask.sweep (
            id text primary key, build text not null, queue text not null, data text not null, learners text not null,
            coordinator text, used timestamptz not null default now());
        create table multitask.trial (
            sweep text not null references multitask.sweep on delete cascade, key text not null,
            trial text not null, title text not null, trace text,
            queued timestamptz not null default now(),
            lease bigint not null default 0, lease_until timestamptz, workers text[] not null default '{}',
            errors text[] not null default '{}',
            finished timestamptz, result text, model bytea,
            primary key (sweep, key));
        -- A model is noise to a compressor.
        alter table multitask.trial alter column model set storage external;
        create index trial_open on multitask.trial (sweep) where finished is null;
        """;

    /// <summary>Makes the tables where there are none, and refuses those of another version.</summary>
    /// <exception cref="TrialExecutorException">They are of another version; nothing was changed.</exception>
    public static void Ensure(NpgsqlConnection connection, ServerAddress address)
    {
        using NpgsqlTransaction transaction = connection.BeginTransaction();
        connection.Run("select pg_advisory_xact_lock($1)", MakingLock);
        if (connection.Ask("select to_regclass('multitask.about')::text") is null)
        {
            connection.Run(Tables);
            connection.Run("insert into multitask.about (version) values ($1)", Version);
        }
        else if (connection.Ask("select version from multitask.about") is var found && found is not Version)
            throw new TrialExecutorException(
                $"The database {address} has tables of version {found}, this library has " +
                $"version {Version}; use another database, or the library that made them");
        transaction.Commit();
    }
}
