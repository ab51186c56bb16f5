namespace MLNet.MultiTask.Tests;

/// <summary>A folder of a test's own; nodes of a cluster here are the same machine.</summary>
internal sealed class Folder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("mt-slurm-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public static string[] Program { get; } = ["dotnet", typeof(Folder).Assembly.Location];

    // A job that was killed may be closing its files.
    public void Dispose() => Wait.Until(() =>
    {
        try
        {
            Directory.Delete(Path, recursive: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    });
}
