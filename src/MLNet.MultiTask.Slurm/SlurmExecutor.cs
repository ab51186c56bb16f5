using System.Security.Cryptography;
using System.Text;
using MLNet.MultiTask.Distribution;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Slurm.Cluster;
using MLNet.MultiTask.Slurm.Files;

namespace MLNet.MultiTask;

/// <summary>
/// Trains the trials of a sweep as jobs of a Slurm cluster, through a folder that all nodes share. A trial is its
/// content: run twice, or in two runs of the sweep, it counts once. For one sweep at a time; a second coordinator of
/// the same sweep is refused. Set <see cref="SweepOptions.Outstanding"/> to about twice the trials that the partition
/// holds.
/// </summary>
public sealed class SlurmExecutor : ITrialExecutor, IDisposable
{
    private readonly SlurmExecutorOptions _options;
    private readonly SlurmCommands _slurm;
    private readonly Lock _beginning = new();
    private volatile Sweep? _sweep;

    /// <summary>Asks Slurm for its partitions.</summary>
    /// <exception cref="ArgumentException">Options are out of range (all are named).</exception>
    /// <exception cref="TrialExecutorException">Slurm is not there, does not answer, or has no such
    /// partition.</exception>
    public SlurmExecutor(SlurmExecutorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_options, _slurm) = (options, new SlurmCommands(options.CommandFolder));
        try
        {
            string[] partitions = _slurm.Partitions();
            if (options.Partition is { } asked && !partitions.Contains(asked))
                throw new TrialExecutorException($"The cluster has no partition '{asked}'; it has " +
                    string.Join(", ", partitions));
        }
        catch (SlurmException e)
        {
            throw new TrialExecutorException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<GroupOutcome>> TrainAsync(IReadOnlyList<GroupTraining> batch,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Sweep sweep = Begin(batch[0].Data);
        string[] keys = [.. batch.Select(sweep.Write)];
        Task<ResultFile>[] results = [.. batch.Zip(keys, (t, key) => sweep.Desk.Ask(key, sweep.Trial(t).Title))];
        try
        {
            ResultFile[] done = await Task.WhenAll(results).WaitAsync(cancellationToken).ConfigureAwait(false);
            return [.. done.Select(r => r.ToOutcome())];
        }
        catch (OperationCanceledException)
        {
            foreach (string key in keys)
                sweep.Desk.Leave(key);
            throw;
        }
    }

    /// <inheritdoc/>
    public GroupFit? Models(GroupTraining training, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(training);
        Sweep sweep = Begin(training.Data);
        string path = SweepFolder.Model(sweep.Folder.Result(TrialFile.KeyOf(sweep.Trial(training).ToJson())));
        return File.Exists(path) ? GroupFitFile.Parse(File.ReadAllBytes(path), training.Tasks) : null;
    }

    /// <summary>Cancels the jobs that run and lets go of the sweep; its results stay in the folder.</summary>
    public void Dispose() => _sweep?.Dispose();

    private Sweep Begin(SweepData data)
    {
        if (_sweep is { } begun && ReferenceEquals(begun.Data, data))
            return begun;
        lock (_beginning)
            try
            {
                return _sweep is not { } other ? _sweep = new Sweep(data, _options, _slurm)
                    : ReferenceEquals(other.Data, data) ? other
                    : throw new TrialExecutorException("An executor is for one sweep; make another one for the next");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new TrialExecutorException($"The folder '{_options.Folder}' cannot be written: {e.Message}", e);
            }
    }

    /// <summary>A sweep that has begun.</summary>
    private sealed class Sweep : IDisposable
    {
        private readonly string _hash;
        private readonly FileStream _lock;

        public Sweep(SweepData data, SlurmExecutorOptions options, SlurmCommands slurm)
        {
            string root = Path.GetFullPath(options.Folder);
            Directory.CreateDirectory(root);
            (Data, _hash) = (data, WriteData(data, root));
            string id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
                $"{BuildIdentity.Text}\n{_hash}\n{options.Learners}")))[..16];
            Folder = new SweepFolder(Path.Combine(root, id));
            Directory.CreateDirectory(Folder.Logs);
            _lock = Take(Folder);
            SharedFile.Write(Folder.Coordinator, FormattableString.Invariant(
                $"{Environment.MachineName}-{Environment.ProcessId}"));
            SharedFile.Write(Folder.Sweep, new SweepFile(BuildIdentity.Text, _hash, options.Learners).ToJson());
            Desk = new JobDesk($"mlnet-multitask-{id}", Folder, slurm, options);
        }

        public SweepData Data { get; }

        public SweepFolder Folder { get; }

        public JobDesk Desk { get; }

        public TrialFile Trial(GroupTraining training) => TrialFile.Of(training, _hash);

        /// <summary>Writes a trial's file where there is none; its key.</summary>
        public string Write(GroupTraining training)
        {
            string json = Trial(training).ToJson(), key = TrialFile.KeyOf(json);
            if (!File.Exists(Folder.Trial(key)))
                SharedFile.Write(Folder.Trial(key), json);
            return key;
        }

        public void Dispose()
        {
            Desk.Dispose();
            _lock.Dispose();
        }

        private static FileStream Take(SweepFolder folder)
        {
            try
            {
                return new FileStream(folder.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (File.Exists(folder.Lock))
            {
                throw new TrialExecutorException("The sweep is run by " +
                    $"{SharedFile.Read(folder.Coordinator) ?? "another process"} already; wait until it ends, or " +
                    "stop it", e);
            }
        }

        private static string WriteData(SweepData data, string root)
        {
            string part = Path.Combine(root, $"{Guid.NewGuid():N}.part");
            try
            {
                using var file = new FileStream(part, FileMode.CreateNew, FileAccess.ReadWrite);
                SweepDataFile.Write(data, file);
                file.Flush(flushToDisk: true);
                file.Position = 0;
                string hash = Convert.ToHexStringLower(SHA256.HashData(file));
                // What a job may be reading stays; another run wrote the same.
                if (!File.Exists(SweepFolder.Data(root, hash)))
                    File.Move(part, SweepFolder.Data(root, hash));
                return hash;
            }
            finally
            {
                File.Delete(part);
            }
        }
    }
}
