using MLNet.MultiTask.Data;
using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Persistence;

/// <summary>
/// A folder with one file per network. A file is replaced in one step: whenever the process ends, each holds a whole
/// checkpoint.
/// </summary>
public sealed class CheckpointFolder : ICheckpointStore
{
    private const string Extension = ".mtckpt";
    private readonly string _path;

    /// <summary>Takes a folder, which is created if it is missing.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="resume">
    /// Whether networks go on from the folder's checkpoints; false refuses a folder that holds any.
    /// </param>
    /// <param name="steps">Steps from one checkpoint of a network to the next; at least 1.</param>
    /// <exception cref="IOException">
    /// The folder cannot be made, or holds checkpoints that are not to be gone on from.
    /// </exception>
    public CheckpointFolder(string path, bool resume, int steps = 1000)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        (_path, Steps) = (Directory.CreateDirectory(path).FullName, steps);
        Count = FilesIn(_path).Length;
        if (Count > 0 && !resume)
            throw new IOException($"'{path}' holds checkpoints of {Counted.Of(Count, "network")}; go on from them, " +
                "or name another folder");
    }

    /// <summary>Whether a folder exists and has a checkpoint of any network.</summary>
    public static bool HoldsAny(string path) => Directory.Exists(path) && FilesIn(path).Length > 0;

    /// <inheritdoc/>
    public int Steps { get; }

    /// <summary>Networks that the folder held when it was opened.</summary>
    public int Count { get; }

    /// <inheritdoc/>
    /// <exception cref="FormatException">
    /// The file holds no checkpoint, one of another version, or a damaged one.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public T? Read<T>(string name, Func<Stream, T> read) where T : class
    {
        ArgumentNullException.ThrowIfNull(read);
        string file = FileOf(name);
        if (!File.Exists(file))
            return null;
        using FileStream stream = File.OpenRead(file);
        try
        {
            return read(stream);
        }
        catch (FormatException e)
        {
            throw new FormatException($"'{file}': {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(string name, Action<Stream> write) => AtomicFile.Write(FileOf(name), write);

    private static string[] FilesIn(string path) => Directory.GetFiles(path, "*" + Extension);

    private string FileOf(string name) =>
        name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            ? $"{_path}{Path.DirectorySeparatorChar}{name}{Extension}"
            : throw new ArgumentException($"'{name}' is no name of a checkpoint: letters, digits and hyphens are " +
                "expected", nameof(name));
}
