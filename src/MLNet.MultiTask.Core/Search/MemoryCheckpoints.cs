using System.Collections.Concurrent;
using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Search;

/// <summary>Checkpoints of one trial, so that its groups go on from rung to rung.</summary>
internal sealed class MemoryCheckpoints : ICheckpointStore
{
    private readonly ConcurrentDictionary<string, byte[]> _latest = [];

    public int Steps => int.MaxValue;

    public T? Read<T>(string network, Func<Stream, T> load) where T : class =>
        _latest.TryGetValue(network, out byte[]? bytes) ? load(new MemoryStream(bytes, writable: false)) : null;

    public void Write(string network, Action<Stream> save)
    {
        using var stream = new MemoryStream();
        save(stream);
        _latest[network] = stream.ToArray();
    }
}
