using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Persistence;

namespace MLNet.MultiTask.Tests;

/// <summary>A folder of checkpoints that tells of every one it is given.</summary>
internal sealed class WatchedStore(CheckpointFolder folder, Action<string> written) : ICheckpointStore
{
    public int Steps => folder.Steps;

    public T? Read<T>(string name, Func<Stream, T> read) where T : class => folder.Read(name, read);

    public void Write(string name, Action<Stream> write)
    {
        folder.Write(name, write);
        written(name);
    }
}
