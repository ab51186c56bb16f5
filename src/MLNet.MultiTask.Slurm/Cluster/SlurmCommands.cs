using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace MLNet.MultiTask.Slurm.Cluster;

/// <summary>Slurm's commands, as far as they are needed.</summary>
internal sealed class SlurmCommands(string? folder)
{
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(2);

    /// <summary>Names of the partitions.</summary>
    /// <exception cref="SlurmException">Slurm is not there, or does not answer.</exception>
    public string[] Partitions() => [.. Lines(Run("sinfo", ["--noheader", "--format=%R"])).Distinct()];

    /// <summary>Submits the places 0 … <paramref name="count"/> − 1 of an array.</summary>
    /// <returns>The number of the job; its places are <c>number_place</c>.</returns>
    /// <exception cref="SlurmException">The job is not taken.</exception>
    public string Submit(string name, int count, string script, string logs, string? partition, int cores)
    {
        List<string> arguments =
        [
            "--parsable", $"--job-name={name}", FormattableString.Invariant($"--array=0-{count - 1}"), "--requeue",
            "--open-mode=append", $"--output={Path.Combine(logs, "%A_%a.log")}",
            FormattableString.Invariant($"--cpus-per-task={cores}"),
        ];
        if (partition is not null)
            arguments.Add($"--partition={partition}");
        // With a cluster's name behind a semicolon where there are several.
        string number = Run("sbatch", arguments, script).Trim().Split(';')[0];
        return long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? number
            : throw new SlurmException($"sbatch says '{number}' where the number of a job is expected");
    }

    /// <summary>States of the user's jobs of a name, by number and place; those that ended long ago are not
    /// there.</summary>
    /// <exception cref="SlurmException">Slurm does not answer.</exception>
    public Dictionary<string, JobState> States(string name) => Lines(Run("squeue", ["--me", "--noheader", "--array",
        "--states=all", $"--name={name}", "--format=%i|%T"])).Select(l => l.Split('|')).Where(p => p.Length == 2)
        .GroupBy(p => p[0], p => new JobState(p[1]), StringComparer.Ordinal)
        .ToDictionary(g => g.Key, g => g.Last(), StringComparer.Ordinal);

    /// <exception cref="SlurmException">Slurm does not answer.</exception>
    public void Cancel(IEnumerable<string> jobs) => Run("scancel", ["--quiet", .. jobs]);

    private static string[] Lines(string text) =>
        text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private string Run(string command, IEnumerable<string> arguments, string? input = null)
    {
        var start = new ProcessStartInfo(folder is null ? command : Path.Combine(folder, command), arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(),
                error = process.StandardError.ReadToEndAsync();
            if (input is not null)
                process.StandardInput.Write(input);
            process.StandardInput.Close();
            if (!process.WaitForExit(s_longest))
            {
                process.Kill(entireProcessTree: true);
                throw new SlurmException($"Slurm's command {command} did not end within " +
                    $"{s_longest.TotalMinutes:F0} minutes");
            }
            return process.ExitCode == 0 ? output.GetAwaiter().GetResult()
                : throw new SlurmException($"{command}: {Reason(error.GetAwaiter().GetResult(), process.ExitCode)}");
        }
        catch (Win32Exception e)
        {
            throw new SlurmException(folder is null
                ? $"Slurm's command {command} is not on the PATH; the sweep must run where jobs can be submitted"
                : $"Slurm's command {command} is not in '{folder}'", e);
        }
        catch (IOException e)
        {
            throw new SlurmException($"{command}: {e.Message}", e);
        }
    }

    private static string Reason(string error, int code) => Lines(error).LastOrDefault() is { } last ? last
        : FormattableString.Invariant($"exit code {code}");
}

/// <summary>Slurm is not there, does not answer, or refuses.</summary>
internal sealed class SlurmException : Exception
{
    public SlurmException(string message) : base(message)
    {
    }

    public SlurmException(string message, Exception inner) : base(message, inner)
    {
    }
}
