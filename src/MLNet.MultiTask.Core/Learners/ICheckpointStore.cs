namespace MLNet.MultiTask.Learners;

/// <summary>
/// Keeps the latest checkpoint of every fit of a training, so that an interrupted one can go on. Used by several
/// threads at once, each with names of its own.
/// </summary>
public interface ICheckpointStore
{
    /// <summary>Steps (of a network; rounds of a forest) from one checkpoint to the next.</summary>
    int Steps { get; }

    /// <summary>The latest checkpoint under a name; null = there is none.</summary>
    /// <param name="name">Letters, digits and hyphens.</param>
    /// <param name="read">Reads the checkpoint from the stream that it is given.</param>
    /// <exception cref="FormatException">The checkpoint is damaged or of another version; the message says where it
    /// is kept.</exception>
    T? Read<T>(string name, Func<Stream, T> read) where T : class;

    /// <summary>Replaces the checkpoint under a name, wholly or not at all.</summary>
    /// <param name="name">Letters, digits and hyphens.</param>
    /// <param name="write">Writes the checkpoint to the stream that it is given.</param>
    void Write(string name, Action<Stream> write);
}
