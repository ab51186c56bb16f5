namespace MLNet.MultiTask.Slurm.Files;

/// <summary>
/// Files on a disk that many machines write to: whole or not there, and the last of two writers wins. No locks, which
/// shared disks often have none of.
/// </summary>
internal static class SharedFile
{
    public static void Write(string path, Action<Stream> write)
    {
        string part = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            using (var stream = new FileStream(part, FileMode.CreateNew, FileAccess.Write))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(part, path, overwrite: true);
        }
        catch
        {
            File.Delete(part);
            throw;
        }
    }

    public static void Write(string path, string text) =>
        Write(path, s => s.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    /// <summary>The text; null where there is no such file.</summary>
    public static string? Read(string path)
    {
        try
        {
            // Looked at often, and most often missing.
            return File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
