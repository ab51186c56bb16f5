namespace MLNet.MultiTask.Tool.Workers;

/// <summary>Trials as jobs of a Slurm cluster; needs no job server.</summary>
internal static class SlurmJobs
{
    private const string Prefix = "slurm:";

    public static bool IsMeant(string? address) =>
        address?.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Hands trials out; to be disposed of.</summary>
    /// <param name="address"><c>slurm:PARTITION</c>; without a name the cluster's default partition.</param>
    /// <param name="folder">On a disk that all nodes share.</param>
    /// <param name="learners">What workers are told about the learners.</param>
    /// <param name="cores">Of a trial; null = 1.</param>
    /// <param name="log">Told what should be known.</param>
    public static HandedOut Open(string address, string folder, string learners, int? cores, Action<string> log)
    {
        var executor = new SlurmExecutor(new SlurmExecutorOptions
        {
            Partition = address[Prefix.Length..] is { Length: > 0 } name ? name : null, Folder = folder,
            Command = [.. OwnProgram(), "worker"], Learners = learners, Cores = cores ?? 1, Log = log,
        });
        return new HandedOut(executor, executor.Dispose);
    }

    /// <summary>This program as a command line: by itself, or by <c>dotnet</c> and its library.</summary>
    private static string[] OwnProgram()
    {
        string process = Environment.ProcessPath!, library = typeof(SlurmJobs).Assembly.Location;
        return Path.GetFileNameWithoutExtension(process) == "dotnet" ? [process, library] : [process];
    }
}
