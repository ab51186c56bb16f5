using MLNet.MultiTask.Distribution;
using Npgsql;

namespace MLNet.MultiTask.Hangfire.Storage;

/// <summary>A training that is asked for.</summary>
/// <param name="Key">Hash of <paramref name="Json"/>.</param>
/// <param name="Json">The trial.</param>
/// <param name="Title">For the dashboard.</param>
/// <param name="Trace">Parent of its activity.</param>
internal sealed record TrialRequest(string Key, string Json, string Title, string? Trace = null);

/// <summary>A claimed trial.</summary>
/// <param name="Key">Of the trial.</param>
/// <param name="Title">For the dashboard.</param>
/// <param name="Lease">Grows with every claim: a result is only taken under the newest.</param>
/// <param name="Json">The trial.</param>
/// <param name="Workers">Who claimed it, the latest last.</param>
/// <param name="Errors">What went wrong in earlier tries.</param>
/// <param name="Queued">Seconds from the queue to the claim.</param>
/// <param name="Trace">Parent of its activity.</param>
internal sealed record ClaimedTrial(string Key, string Title, long Lease, string Json, string[] Workers,
    string[] Errors, double Queued, string? Trace);

/// <summary>
/// The trials and who works on them. Every time is the database's: no clock of a worker or coordinator is looked at.
/// </summary>
internal sealed class TrialStore(Database database)
{
    private const string Claimed = "t.key, t.title, t.lease, t.trial, t.workers, t.errors, " +
        "extract(epoch from now() - t.queued)::float8, t.trace";

    // Those that fell silent or were given back come first. Picked apart: as a subquery of the update, the limit would
    // hold for every row that it is joined with.
    private const string Next =
        "pick as materialized (select key from multitask.trial where sweep = $1 and key <> $4 " +
        "and finished is null and (lease_until is null or lease_until < now()) order by lease = 0, queued limit 1 " +
        "for update skip locked), next as (update multitask.trial t set lease = lease + 1, lease_until = now() + $2, " +
        "workers = workers || $3::text from pick where t.sweep = $1 and t.key = pick.key returning " + Claimed + ")";

    /// <summary>Adds trials; those that are there already stay as they are.</summary>
    /// <returns>The keys that were not there.</returns>
    public HashSet<string> Add(string sweep, IReadOnlyList<TrialRequest> trials, CancellationToken cancellationToken)
    {
        return [.. database.Use(connection => connection.List(
            r => r.GetString(0), "insert into multitask.trial (sweep, key, trial, title, trace) " +
            "select $1, k, t, n, a from unnest($2::text[], $3::text[], $4::text[], $5::text[]) as u(k, t, n, a) " +
            "on conflict do nothing returning key", sweep, Column(t => t.Key), Column(t => t.Json),
            Column(t => t.Title),
            trials.Select(t => t.Trace).ToArray()), cancellationToken)];

        string[] Column(Func<TrialRequest, string> of) => [.. trials.Select(of)];
    }

    /// <summary>Results that are there.</summary>
    public List<ResultFile> Results(string sweep, string[] keys, CancellationToken cancellationToken) =>
        database.Use(connection => connection.List(r => r.GetString(0), "select result from multitask.trial " +
            "where sweep = $1 and key = any ($2) and finished is not null", sweep, keys), cancellationToken)
            .ConvertAll(ResultFile.Parse);

    /// <summary>The models of a trial; null where none are kept.</summary>
    public byte[]? Model(string sweep, string key, CancellationToken cancellationToken) => (byte[]?)database.Use(
        connection => connection.Ask("select model from multitask.trial where sweep = $1 and key = $2", sweep, key),
        cancellationToken);

    /// <summary>Lets go of the models of all trials but some.</summary>
    public void KeepModels(string sweep, string[] keys) => database.Use(connection => connection.Run(
        "update multitask.trial set model = null where sweep = $1 and model is not null and key <> all ($2)",
        sweep, keys));

    /// <summary>
    /// Trials whose worker fell silent, and those that nobody has claimed for long; they count as queued anew.
    /// </summary>
    public List<(string Key, string Title)> Lost(string sweep, string[] keys, TimeSpan unclaimed) => database.Use(
        connection => connection.List(r =>
        (r.GetString(0), r.GetString(1)), "update multitask.trial set queued = now(), " +
            "lease_until = null where sweep = $1 and key = any ($2) and finished is null and (lease_until < now() " +
            "or lease_until is null and queued < now() - $3) returning key, title", sweep, keys, unclaimed));

    /// <summary>Whether anybody works for a sweep.</summary>
    public bool IsWorkedOn(string sweep) => database.Use(connection => connection.Ask("select 1 from multitask.trial " +
        "where sweep = $1 and finished is null and lease_until > now() limit 1", sweep)) is not null;

    /// <summary>Takes the lease of a trial that nobody holds; null where it is held or finished.</summary>
    public ClaimedTrial? Claim(string sweep, string key, string worker, TimeSpan lease, CancellationToken token) =>
        database.Use(connection => connection.List(r => Read(r, 0),
            "update multitask.trial t set lease = lease + 1, lease_until = now() + $4, workers = workers || $3::text " +
            "where sweep = $1 and key = $2 and finished is null and (lease_until is null or lease_until < now()) " +
            "returning " + Claimed, sweep, key, worker, lease).FirstOrDefault(), token);

    /// <summary>Takes the lease of any trial of a sweep that nobody holds; null where there is none.</summary>
    public ClaimedTrial? ClaimNext(string sweep, string worker, TimeSpan lease, CancellationToken token) =>
        database.Use(connection => connection.List(r => Read(r, 0), $"with {Next} select * from next", sweep, lease,
            worker, "").FirstOrDefault(), token);

    /// <summary>Extends leases; says which are still held.</summary>
    public HashSet<(string Sweep, string Key)> Beat(IReadOnlyList<(string Sweep, string Key, long Lease)> held,
        TimeSpan lease) => [.. database.UseNow(connection => connection.List(r => (r.GetString(0), r.GetString(1)),
            "update multitask.trial t set lease_until = now() + $4 from unnest($1::text[], $2::text[], $3::bigint[]) " +
            "as h(sweep, key, lease) where t.sweep = h.sweep and t.key = h.key and t.lease = h.lease and " +
            "t.finished is null returning t.sweep, t.key", held.Select(h => h.Sweep).ToArray(),
            held.Select(h => h.Key).ToArray(), held.Select(h => h.Lease).ToArray(), lease))];

    /// <summary>Hands a result in; false where the lease went to somebody else, and the result with it.</summary>
    public bool Finish(string sweep, string key, long lease, ResultFile result, byte[]? model,
        CancellationToken token) =>
        database.Use(connection => connection.Run("update multitask.trial set finished = now(), lease_until = null, " +
            "result = $4, model = $5::bytea where sweep = $1 and key = $2 and lease = $3 and finished is null",
            sweep, key, lease, result.ToJson(), model), token) == 1;

    /// <summary>Hands a result in and takes the next lease, in one statement and one commit.</summary>
    public (bool IsTaken, ClaimedTrial? Next) FinishAndClaim(string sweep, string key, long held, ResultFile result,
        byte[]? model, string worker, TimeSpan lease, CancellationToken token) =>
        database.Use(connection => connection.List(r => (r.GetInt64(0) == 1, r.IsDBNull(1) ? null : Read(r, 1)),
            $"with done as (update multitask.trial set finished = now(), lease_until = null, result = $6, model = " +
            $"$7::bytea where sweep = $1 and key = $4 and lease = $5 and finished is null returning 1), {Next} " +
            "select (select count(*) from done), next.* from (values (1)) one left join next on true",
            sweep, lease, worker, key, held, result.ToJson(), model)[0], token);

    /// <summary>Gives a lease back, with the error of the try; null = the try does not count.</summary>
    public void Release(string sweep, string key, long lease, string? error) => database.Use(connection =>
        error is null
            ? connection.Run("update multitask.trial set lease_until = null, queued = now(), " +
                "workers = workers[1:cardinality(workers) - 1] where sweep = $1 and key = $2 and lease = $3 and " +
                "finished is null", sweep, key, lease)
            : connection.Run(
                "update multitask.trial set lease_until = null, queued = now(), errors = errors || $4::text " +
                "where sweep = $1 and key = $2 and lease = $3 and finished is null", sweep, key, lease, error));

    private static ClaimedTrial Read(NpgsqlDataReader r, int at) => new(r.GetString(at), r.GetString(at + 1),
        r.GetInt64(at + 2), r.GetString(at + 3), r.GetFieldValue<string[]>(at + 4), r.GetFieldValue<string[]>(at + 5),
        r.GetDouble(at + 6), r.IsDBNull(at + 7) ? null : r.GetString(at + 7));
}
