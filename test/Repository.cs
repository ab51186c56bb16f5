namespace MLNet.MultiTask;

/// <summary>
/// Files around the tests: those of the repository, and the reference data that may stand in a folder beside it.
/// </summary>
internal static class Repository
{
    /// <summary>The folder with the solution; null where the tests run outside of it.</summary>
    public static string? Root { get; } = FindRoot();

    /// <summary>Path of a file or folder below ../shared; the test is inconclusive where it is absent.</summary>
    public static string Shared(params string[] parts)
    {
        string path = Path.Combine([Path.GetDirectoryName(Root) ?? "", "shared", .. parts]);
        if (!Path.Exists(path))
            Assert.Inconclusive($"shared/{string.Join('/', parts)} is not beside the repository");
        return path;
    }

    private static string? FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MLNet.MultiTask.sln")))
            folder = folder.Parent;
        return folder?.FullName;
    }
}
