using MLNet.MultiTask.Persistence;

namespace MLNet.MultiTask.Tool.Output;

/// <summary>One spelling for every way to name a file.</summary>
internal static class RealPath
{
    private const int MostLinks = 40;

    private static readonly StringComparer s_names =
        OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;

    /// <summary>The full path with every link on the way followed; the file need not exist.</summary>
    public static string Of(string path) => Of(Path.GetFullPath(path), 0);

    /// <summary>Whether two paths lead to one file.</summary>
    public static bool AreSame(string one, string other) => s_names.Equals(Of(one), Of(other))
        || (FileStatus.Identity(one) is { } identity && identity == FileStatus.Identity(other));

    private static string Of(string full, int links)
    {
        if (Path.GetDirectoryName(full) is not { } folder || links > MostLinks)
            return full;
        string real = Path.Combine(Of(folder, links), Path.GetFileName(full));
        return new FileInfo(real).LinkTarget is { } target
            ? Of(Path.GetFullPath(target, Path.GetDirectoryName(real)!), links + 1) : real;
    }
}
