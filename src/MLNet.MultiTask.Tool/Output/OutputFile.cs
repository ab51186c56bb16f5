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
                throw new IOException("it is a folder.");
            if (FileStatus.IsSpecial(Path))
                return;
            if (!Directory.Exists(System.IO.Path.GetDirectoryName(Path)!))
                throw new IOException("its folder does not exist; make it first.");
            if (File.Exists(Path))
                File.OpenWrite(Path).Dispose();
            else
                Probe(Path);
            ProbeFolder(System.IO.Path.GetDirectoryName(RealPath.Of(Path))!);
        });
    }

    /// <summary>Full path.</summary>
    public string Path { get; }

    /// <summary>
    /// Writes the whole content in one step: the file is complete or as it was. A device or pipe is written to.
    /// </summary>
    public void Write(Action<Stream> write) => Guard(() => AtomicFile.Write(Path, write));

    private static void ProbeFolder(string folder)
    {
        try
        {
            Probe(System.IO.Path.Combine(folder, $".{Guid.NewGuid():N}.tmp"));
        }
        catch (IOException e)
        {
            throw new IOException("its folder does not take new files.", e);
        }
    }

    // Makes the file and takes it away again: a name may be too long, or have what the file system does not take.
    private static void Probe(string path) => new FileStream(path, FileMode.CreateNew, FileAccess.Write,
        FileShare.None, 1, FileOptions.DeleteOnClose).Dispose();

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new InputException($"Cannot write '{Path}': {e.Message}", e);
        }
    }
}
