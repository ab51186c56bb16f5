using Microsoft.ML;

namespace MLNet.MultiTask.Tests.MicrosoftML;

/// <summary>
/// Which Microsoft.ML these tests run on. The stand-in is one assembly of a name that the package does not have.
/// </summary>
internal static class MicrosoftMLSource
{
    public static bool IsStandin => typeof(MLContext).Assembly.GetName().Name == "Microsoft.ML";

    /// <summary>The folder with the solution; null when the tests run outside of it.</summary>
    public static string? RepositoryRoot
    {
        get
        {
            DirectoryInfo? folder = new(AppContext.BaseDirectory);
            while (folder != null && !File.Exists(Path.Combine(folder.FullName, "MLNet.MultiTask.sln")))
                folder = folder.Parent;
            return folder?.FullName;
        }
    }
}
