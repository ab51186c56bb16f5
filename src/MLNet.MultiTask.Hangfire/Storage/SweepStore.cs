using Npgsql;

namespace MLNet.MultiTask.Hangfire.Storage;

/// <summary>A sweep as workers see it.</summary>
/// <param name="Build">What its results' bits depend on.</param>
/// <param name="Data">Hash of its data.</param>
/// <param name="Learners">What a worker makes its learners of.</param>
internal sealed record SweepRow(string Build, string Data, string Learners);

/// <summary>The sweeps.</summary>
internal sealed class SweepStore(Database database)
{
    /// <summary>Notes a sweep, and lets go of what was not used for long.</summary>
    public void Put(string id, string queue, SweepRow sweep, string coordinator, TimeSpan retention) =>
        database.Use<object?>(connection =>
        {
            using NpgsqlTransaction transaction = connection.BeginTransaction();
            connection.Run("insert into multitask.sweep (id, build, queue, data, learners, coordinator) " +
                "values ($1, $2, $3, $4, $5, $6) on conflict (id) do update set coordinator = $6, used = now()",
                id, sweep.Build, queue, sweep.Data, sweep.Learners, coordinator);
            connection.Run("delete from multitask.sweep where used < now() - $1", retention);
            connection.Run("with gone as (delete from multitask.data d where created < now() - $1 and not exists " +
                "(select from multitask.sweep s where s.data = d.hash) returning large) " +
                "select lo_unlink(large) from gone", retention);
            transaction.Commit();
            return null;
        });

    public SweepRow? Find(string id) => database.Use(connection => connection.List(
        r => new SweepRow(r.GetString(0), r.GetString(1), r.GetString(2)),
        "select build, data, learners from multitask.sweep where id = $1", id).FirstOrDefault());

    /// <summary>The coordinator noted last.</summary>
    public string? Coordinator(string id) => database.Use(connection =>
        connection.Ask("select coordinator from multitask.sweep where id = $1", id) as string);

    /// <summary>A build that has trials to train, where only other builds have; null otherwise.</summary>
    public string? OtherBuild(string build) => database.UseNow(connection => connection.List(r => r.GetString(0),
        "select distinct build from multitask.sweep s where exists (select from multitask.trial t where t.sweep = " +
        "s.id and t.finished is null)")) is { Count: > 0 } builds && !builds.Contains(build) ? builds[0] : null;
}
