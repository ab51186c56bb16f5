namespace MLNet.MultiTask.Persistence;

/// <summary>Files that are written beside another one, to take its name when they are complete.</summary>
internal static class TemporaryFile
{
    private const string Prefix = ".mlnet-multitask-", Extension = ".tmp";

    // A file younger than that may be about to be locked by the process that made it.
    private static readonly TimeSpan s_tooYoung = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A new name beside the target, so that the rename stays within one file system; short, so that a long file name
    /// still fits.
    /// </summary>
    public static string NameBeside(string target) =>
        $"{Path.GetDirectoryName(target)}{Path.DirectorySeparatorChar}{Prefix}{Guid.NewGuid():N}{Extension}";

    /// <summary>Creates a file, locked while it is open, with the permissions of the one that it will
    /// replace.</summary>
    public static FileStream Create(string path, string target)
    {
        var stream = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            // Windows renames an open file only if it is shared for that.
            Share = OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None,
        });
        if (!OperatingSystem.IsWindows() && File.Exists(target))
            File.SetUnixFileMode(stream.SafeFileHandle, File.GetUnixFileMode(target));
        return stream;
    }

    /// <summary>Removes the temporary files of a folder that no process has open.</summary>
    public static void RemoveAbandoned(string folder)
    {
        foreach (string path in Directory.GetFiles(folder, Prefix + "*" + Extension))
            try
            {
                if (DateTime.UtcNow - File.GetLastWriteTimeUtc(path) < s_tooYoung)
                    continue;
                using (new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
                {
                }
                File.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Somebody writes it, or it is not ours.
            }
    }
}
