using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using MLNet.MultiTask.Distribution;
using MLNet.MultiTask.Hangfire.Coordination;
using MLNet.MultiTask.Hangfire.Storage;
using MLNet.MultiTask.Hangfire.Work;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Persistence;

namespace MLNet.MultiTask;

/// <summary>
/// Hands the trials of a sweep to workers (<see cref="MultiTaskWorker"/>) by Hangfire on PostgreSQL. A trial is its
/// content: run twice, or in two runs of the sweep, it counts once. For one sweep at a time; a second coordinator of
/// the same sweep is refused. Set <see cref="SweepOptions.Outstanding"/> to about twice the slots of all workers.
/// </summary>
public sealed class HangfireExecutor : ITrialExecutor, IDisposable
{
    private readonly HangfireExecutorOptions _options;
    private readonly Database _database;
    private readonly TrialStore _trials;
    private readonly TrialQueue _queue;
    private readonly Lock _beginning = new();
    private volatile Sweep? _sweep;

    /// <summary>Opens the database and makes its tables where there are none.</summary>
    /// <exception cref="ArgumentException">Options are out of range (all are named), or the address cannot be
    /// read.</exception>
    /// <exception cref="TrialExecutorException">The database is not there, refuses, or is of another
    /// version.</exception>
    public HangfireExecutor(HangfireExecutorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_options, _database) = (options, new Database(ServerAddress.Parse(options.Storage), options.Patience));
        _trials = new TrialStore(_database);
        try
        {
            _database.UseNow<object?>(connection =>
            {
                Schema.Ensure(connection, _database.Address);
                return null;
            });
            _queue = new TrialQueue(_database.Address, options.Patience);
        }
        catch
        {
            _database.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<GroupOutcome>> TrainAsync(IReadOnlyList<GroupTraining> batch,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Sweep sweep = Begin(batch[0].Data, cancellationToken);
        TrialRequest[] trials = [.. batch.Select(sweep.Trial)];
        // Waiting comes first: a result may be there before the request is.
        Task<ResultFile>[] results = [.. trials.Select(t => sweep.Inbox.Await(t.Key))];
        sweep.Outbox.Send(trials);
        try
        {
            ResultFile[] done = await Task.WhenAll(results).WaitAsync(cancellationToken).ConfigureAwait(false);
            return [.. done.Select(r => r.ToOutcome())];
        }
        catch (FormatException e)
        {
            throw new TrialExecutorException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public GroupFit? Models(GroupTraining training, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(training);
        Sweep sweep = Begin(training.Data, cancellationToken);
        string key = sweep.Trial(training).Key;
        byte[]? bytes = _trials.Model(sweep.Id, key, cancellationToken);
        sweep.Served.Add(key);
        return bytes is null ? null : GroupFitFile.Parse(bytes, training.Tasks);
    }

    /// <summary>
    /// Lets go of the sweep; its trials stay in the database, but of models only those that were asked for, if any
    /// were.
    /// </summary>
    public void Dispose()
    {
        try
        {
            if (_sweep is { Served.IsEmpty: false } sweep)
                _trials.KeepModels(sweep.Id, [.. sweep.Served]);
        }
        catch (TrialExecutorException e)
        {
            _options.Log?.Invoke($"Models that are not needed stay in the database: {e.Message}");
        }
        _sweep?.Dispose();
        _database.Dispose();
    }

    private Sweep Begin(SweepData data, CancellationToken cancellationToken)
    {
        if (_sweep is { } begun && ReferenceEquals(begun.Data, data))
            return begun;
        lock (_beginning)
        {
            if (_sweep is { } other)
                return ReferenceEquals(other.Data, data) ? other
                    : throw new TrialExecutorException("An executor is for one sweep; make another one for the next");
            string path = Path.GetTempFileName();
            try
            {
                using FileStream file = new(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, 4096,
                    FileOptions.DeleteOnClose);
                SweepDataFile.Write(data, file);
                string hash = DataStore.HashOf(file);
                if (_options.DataFolder is { } folder)
                    CopyTo(folder, hash, file);
                else
                    new DataStore(_database).Put(hash, file, cancellationToken);
                return _sweep = new Sweep(data, hash, this);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new TrialExecutorException($"The data of the sweep cannot be written: {e.Message}", e);
            }
        }
    }

    private static void CopyTo(string folder, string hash, FileStream file)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, hash + SweepDataFile.Extension);
        if (!File.Exists(path))
            AtomicFile.Write(path, file.CopyTo);
    }

    /// <summary>A sweep that has begun.</summary>
    private sealed class Sweep : IDisposable
    {
        private readonly string _hash;
        private readonly CoordinatorLock _lock;

        public Sweep(SweepData data, string hash, HangfireExecutor owner)
        {
            (Data, _hash) = (data, hash);
            Id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
                $"{BuildIdentity.Text}\n{hash}\n{owner._options.Learners}")));
            _lock = new CoordinatorLock(owner._database, Id);
            try
            {
                new SweepStore(owner._database).Put(Id, TrialQueue.Name,
                    new SweepRow(BuildIdentity.Text, hash, owner._options.Learners),
                    FormattableString.Invariant($"{Environment.MachineName}-{Environment.ProcessId}"),
                    owner._options.Retention);
                Inbox = new TrialInbox(Id, owner._trials, owner._queue, _lock, owner._options);
                Outbox = new TrialOutbox(Id, owner._trials, owner._queue, Inbox.Fail);
            }
            catch
            {
                _lock.Dispose();
                throw;
            }
        }

        public SweepData Data { get; }

        public string Id { get; }

        public TrialInbox Inbox { get; }

        public TrialOutbox Outbox { get; }

        /// <summary>Trials whose models were asked for.</summary>
        public ConcurrentBag<string> Served { get; } = [];

        public TrialRequest Trial(GroupTraining training)
        {
            var trial = TrialFile.Of(training, _hash);
            string json = trial.ToJson();
            return new TrialRequest(TrialFile.KeyOf(json), json, trial.Title, Activity.Current?.Id);
        }

        public void Dispose()
        {
            Outbox.Dispose();
            Inbox.Dispose();
            _lock.Dispose();
        }
    }
}
