using System.Collections.Concurrent;
using MLNet.MultiTask.Distribution;
using MLNet.MultiTask.Hangfire.Storage;
using MLNet.MultiTask.Persistence;

namespace MLNet.MultiTask.Hangfire.Work;

/// <summary>The sweeps that a worker has read: the data travels once, not once per trial.</summary>
/// <param name="database">Where sweeps and data are.</param>
/// <param name="folder">Where data may be already, as on a shared disk, and is kept.</param>
/// <param name="learners">From what the sweep says of its learners to these.</param>
/// <param name="worker">Name of the worker.</param>
internal sealed class SweepShelf(Database database, string folder, Func<string, IReadOnlyList<SweepLearner>> learners,
    string worker)
{
    private readonly ConcurrentDictionary<string, Lazy<(TrialWorkbench Bench, string Data)>> _sweeps = new();

    /// <summary>The workbench of a sweep, read on first use.</summary>
    /// <exception cref="WorkerRefusedException">The sweep cannot be worked on here.</exception>
    public TrialWorkbench Of(string sweep)
    {
        Lazy<(TrialWorkbench Bench, string)> own = _sweeps.GetOrAdd(sweep, id => new(() => Read(id)));
        // Sweeps come one after the other: the one before is let go of.
        foreach (string other in _sweeps.Keys.Where(k => k != sweep))
            _sweeps.TryRemove(other, out _);
        return own.Value.Bench;
    }

    private (TrialWorkbench, string) Read(string sweep)
    {
        SweepRow row = new SweepStore(database).Find(sweep)
            ?? throw new WorkerRefusedException($"The sweep {sweep[..12]}… is not in the database {database.Address}");
        if (row.Build != BuildIdentity.Text)
            throw new WorkerRefusedException($"The sweep is of {row.Build}, this worker is {BuildIdentity.Text}; run " +
                "workers and sweep from the same build");
        return (new TrialWorkbench(Data(row.Data), learners(row.Learners), worker), row.Data);
    }

    private SweepData Data(string hash)
    {
        string path = Path.Combine(folder, hash + SweepDataFile.Extension);
        try
        {
            Directory.CreateDirectory(folder);
            if (!IsWhole(path, hash))
                AtomicFile.Write(path, stream =>
                {
                    using var buffer = new MemoryStream();
                    new DataStore(database).Get(hash, buffer, CancellationToken.None);
                    buffer.WriteTo(stream);
                });
            using FileStream file = File.OpenRead(path);
            return SweepDataFile.Read(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ModelFormatException)
        {
            throw new WorkerRefusedException($"The data of the sweep cannot be read from '{path}': {e.Message}", e);
        }
    }

    private static bool IsWhole(string path, string hash)
    {
        if (!File.Exists(path))
            return false;
        using FileStream file = File.OpenRead(path);
        return DataStore.HashOf(file) == hash;
    }
}
