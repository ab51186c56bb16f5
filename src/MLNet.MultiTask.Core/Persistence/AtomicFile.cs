namespace MLNet.MultiTask.Persistence;

/// <summary>
/// Replaces a file in one step: the old content stays until the new one is complete and flushed to the disk.
/// </summary>
public static class AtomicFile
{
    /// <summary>
    /// Writes to a temporary file beside <paramref name="path"/> and renames it; on any error the old file stays as it
    /// was. An existing file keeps its permissions. A device, a pipe or a socket is written to and never replaced.
    /// Temporary files that a killed process left in the folder are removed.
    /// </summary>
    /// <param name="path">The file to create or replace; a symbolic link is followed.</param>
    /// <param name="write">Writes the whole content.</param>
    /// <exception cref="IOException">The path is a directory, its folder is missing, or the disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">
    /// The file is read-only, or its folder may not be written.
    /// </exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        var file = new FileInfo(path);
        string target = file.LinkTarget is null ? file.FullName
            : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        if (FileStatus.IsSpecial(target))
        {
            using var device = new FileStream(target, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0);
            write(device);
            return;
        }
        ThrowIfNotReplaceable(target);
        TemporaryFile.RemoveAbandoned(Path.GetDirectoryName(target)!);
        string temporary = TemporaryFile.NameBeside(target);
        try
        {
            // Open, and so locked, until it has its name: nobody takes it for a file that a killed process left.
            using FileStream stream = TemporaryFile.Create(temporary, target);
            write(stream);
            stream.Flush(flushToDisk: true);
            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static void ThrowIfNotReplaceable(string target)
    {
        if (Directory.Exists(target))
            throw new IOException($"'{target}' is a directory; a file name is needed");
        if (Path.GetDirectoryName(target) is { } folder && !Directory.Exists(folder))
            throw new DirectoryNotFoundException($"The folder of '{target}' does not exist");
        if (File.Exists(target) && File.GetAttributes(target).HasFlag(FileAttributes.ReadOnly))
            throw new UnauthorizedAccessException($"'{target}' is read-only");
    }
}
