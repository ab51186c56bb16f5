using System.Runtime.InteropServices;

namespace MLNet.MultiTask.Tool;

/// <summary>Whether anything can be written to the standard output, found out before long work.</summary>
internal static partial class StandardOutput
{
    private const int Output = 1, GetFlags = 3, AccessMask = 3, ReadOnly = 0;

    /// <summary>
    /// Whether the standard output was closed by the caller; the number may then belong to a file that the process has
    /// opened to read.
    /// </summary>
    public static bool IsClosed()
    {
        if (!OperatingSystem.IsLinux())
            return false;
        int flags = FileControl(Output, GetFlags);
        return flags < 0 || (flags & AccessMask) == ReadOnly;
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FileControl(int descriptor, int command);
}
