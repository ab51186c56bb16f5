using System.Runtime.InteropServices;

namespace MLNet.MultiTask.Persistence;

/// <summary>What a path leads to, as Linux tells it; elsewhere every file counts as a regular one.</summary>
internal static partial class FileStatus
{
    private const int CurrentFolder = -100, TypeAndNumber = 0x101, Size = 256;
    private const int TypeMask = 0xF000, Regular = 0x8000, Folder = 0x4000;

    /// <summary>Whether a file exists that is neither regular nor a folder: a device, a pipe or a socket.</summary>
    public static bool IsSpecial(string path) =>
        TryRead(path, out int mode, out _) && (mode & TypeMask) is not (Regular or Folder);

    /// <summary>The same text for every name of a file that exists; null where it is not known.</summary>
    public static string? Identity(string path) => TryRead(path, out _, out string identity) ? identity : null;

    // The layout of statx is the same on every architecture.
    private static unsafe bool TryRead(string path, out int mode, out string identity)
    {
        (mode, identity) = (0, "");
        if (!OperatingSystem.IsLinux())
            return false;
        byte* status = stackalloc byte[Size];
        try
        {
            if (StatX(CurrentFolder, path, 0, TypeAndNumber, status) != 0)
                return false;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
        mode = *(ushort*)(status + 28);
        identity = $"{*(uint*)(status + 136)}:{*(uint*)(status + 140)}:{*(ulong*)(status + 32)}";
        return true;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial int StatX(int folder, string path, int flags, uint mask, byte* status);
}
