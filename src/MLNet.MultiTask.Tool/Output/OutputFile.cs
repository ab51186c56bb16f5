using MLNet.MultiTask.Persistence;

namespace MLNet.MultiTask.Tool.Output;

/// <summary>A file that will be written at the end; that it can be written is found out at the start.</summary>
internal sealed class OutputFile
{
    public OutputFile(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        Guard(() =>
        {
            if (Directory.Exists(Path))
                throw new IOException("it is a folder");
            if (File.Exists(Path))
                File.OpenWrite(Path).Dispose();
            string probe = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path)!, $".{Guid.NewGuid():N}.tmp");
            new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose).Dispose();
        });
    }

    /// <summary>Full path.</summary>
    public string Path { get; }

    /// <summary>Writes the whole content in one step: the file is complete or as it was.</summary>
    public void Write(Action<Stream> write) => Guard(() => AtomicFile.Write(Path, write));

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"Cannot write '{Path}': {e.Message}", e);
        }
    }
}
