namespace MLNet.MultiTask.Tool.Tests;

/// <summary>Real data and reference results, which may stand in a folder beside the repository.</summary>
internal static class SharedFolder
{
    /// <summary>Path of a file in the folder; the test is inconclusive where it is absent.</summary>
    public static string Require(params string[] parts)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MLNet.MultiTask.sln")))
            folder = folder.Parent;
        string path = Path.Combine([folder?.Parent?.FullName ?? "", "shared", .. parts]);
        if (!Path.Exists(path))
            Assert.Inconclusive($"{Path.Combine(parts)} is not beside the repository");
        return path;
    }

    public static string Manifest => Require("data", "manifest.json");
}
