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
            // A finished file is renamed to its name, which would replace the device.
            if (Path.StartsWith("/dev/", StringComparison.Ordinal)
                && !Path.StartsWith("/dev/shm/", StringComparison.Ordinal))
                throw new IOException("it is a device");
            if (File.Exists(Path))
                File.OpenWrite(Path).Dispose();
            ProbeFolder(System.IO.Path.GetDirectoryName(Path)!);
        });
    }

    /// <summary>Full path.</summary>
    public string Path { get; }

    /// <summary>Writes the whole content in one step: the file is complete or as it was.</summary>
    public void Write(Action<Stream> write) => Guard(() => AtomicFile.Write(Path, write));

    private static void ProbeFolder(string folder)
    {
        if (!Directory.Exists(folder))
            throw new IOException("its folder does not exist");
        try
        {
            string probe = System.IO.Path.Combine(folder, $".{Guid.NewGuid():N}.tmp");
            using var file = new FileStream(
                probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e)
        {
            throw new IOException("its folder does not take new files", e);
        }
    }

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
