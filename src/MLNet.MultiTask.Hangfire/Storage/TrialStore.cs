using MLNet.MultiTask.Distribution;

namespace MLNet.MultiTask.Hangfire.Storage;

/// <summary>A claimed trial.</summary>
/// <param name="Lease">Grows with every claim: a result is only taken under the newest.</param>
/// <param name="Json">The trial.</param>
/// <param name="Workers">Who claimed it, the latest last.</param>
/// <param name="Errors">What went wrong in earlier tries.</param>
/// <param name="Queued">Seconds from the queue to the claim.</param>
/// <param name="Trace">Parent of its activity.</param>
internal sealed record ClaimedTrial(long Lease, string Json, string[] Workers, string[] Errors, double Queued,
    string? Trace);

/// <summary>
/// The trials and who works on them. Every time is the database's: no clock of a worker or coordinator is looked at.
/// </summary>
internal sealed class TrialStore(Database database)
{
    /// <summary>Adds trials; those that are there already stay as they are.</summary>
    /// <returns>The keys that were not there.</returns>
    public HashSet<string> Add(string sweep, IReadOnlyList<(string Key, string Json, string Title)> trials,
        string? trace, CancellationToken cancellationToken)
    {
        return [.. database.Use(connection => connection.List(
            r => r.GetString(0), "insert into multitask.trial (sweep, key, trial, title, trace) " +
            "select $1, k, t, n, $5::text from unnest($2::text[], $3::text[], $4::text[]) as u(k, t, n) " +
            "on conflict do nothing returning key", sweep, Column(t => t.Key), Column(t => t.Json), Column(t => t.Title),
            trace), cancellationToken)];

        string[] Column(Func<(string Key, string Json, string Title), string> of) => [.. trials.Select(of)];
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

    /// <summary>
    /// Trials whose worker fell silent, and those that nobody has claimed for long; they count as queued anew.
    /// </summary>
    public List<(string Key, string Title)> Lost(string sweep, string[] keys, TimeSpan unclaimed) => database.Use(
        connection => connection.List(r => (r.GetString(0), r.GetString(1)), "update multitask.trial set queued = now(), " +
            "lease_until = null where sweep = $1 and key = any ($2) and finished is null and (lease_until < now() " +
            "or lease_until is null and queued < now() - $3) returning key, title", sweep, keys, unclaimed));

    /// <summary>Whether anybody works for a sweep.</summary>
    public bool IsWorkedOn(string sweep) => database.Use(connection => connection.Ask("select 1 from multitask.trial " +
        "where sweep = $1 and finished is null and lease_until > now() limit 1", sweep)) is not null;

    /// <summary>Takes the lease of a trial that nobody holds; null where it is held or finished.</summary>
    public ClaimedTrial? Claim(string sweep, string key, string worker, TimeSpan lease, CancellationToken token) =>
        database.Use(connection => connection.List(r => new ClaimedTrial(r.GetInt64(0), r.GetString(1),
            r.GetFieldValue<string[]>(2), r.GetFieldValue<string[]>(3), r.GetDouble(4),
            r.IsDBNull(5) ? null : r.GetString(5)),
            "update multitask.trial set lease = lease + 1, lease_until = now() + $4, workers = workers || $3::text " +
            "where sweep = $1 and key = $2 and finished is null and (lease_until is null or lease_until < now()) " +
            "returning lease, trial, workers, errors, extract(epoch from now() - queued)::float8, trace",
            sweep, key, worker, lease).FirstOrDefault(), token);

    /// <summary>Extends leases; says which are still held.</summary>
    public HashSet<(string Sweep, string Key)> Beat(IReadOnlyList<(string Sweep, string Key, long Lease)> held,
        TimeSpan lease) => [.. database.UseNow(connection => connection.List(r => (r.GetString(0), r.GetString(1)),
            "update multitask.trial t set lease_until = now() + $4 from unnest($1::text[], $2::text[], $3::bigint[]) " +
            "as h(sweep, key, lease) where t.sweep = h.sweep and t.key = h.key and t.lease = h.lease and " +
            "t.finished is null returning t.sweep, t.key", held.Select(h => h.Sweep).ToArray(),
            held.Select(h => h.Key).ToArray(), held.Select(h => h.Lease).ToArray(), lease))];

    /// <summary>Hands a result in; false where the lease went to somebody else, and the result with it.</summary>
    public bool Finish(string sweep, string key, long lease, ResultFile result, byte[]? model, CancellationToken token) =>
        database.Use(connection => connection.Run("update multitask.trial set finished = now(), lease_until = null, " +
            "result = $4, model = $5::bytea where sweep = $1 and key = $2 and lease = $3 and finished is null",
            sweep, key, lease, result.ToJson(), model), token) == 1;

    /// <summary>Gives a lease back, with the error of the try; null = the try does not count.</summary>
    public void Release(string sweep, string key, long lease, string? error) => database.Use(connection =>
        error is null
            ? connection.Run("update multitask.trial set lease_until = null, queued = now(), " +
                "workers = workers[1:cardinality(workers) - 1] where sweep = $1 and key = $2 and lease = $3 and " +
                "finished is null", sweep, key, lease)
            : connection.Run("update multitask.trial set lease_until = null, queued = now(), errors = errors || $4::text " +
                "where sweep = $1 and key = $2 and lease = $3 and finished is null", sweep, key, lease, error));
}
