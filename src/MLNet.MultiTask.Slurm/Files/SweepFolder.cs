using System.Security.Cryptography;
using MLNet.MultiTask.Distribution;
using MLNet.MultiTask.Persistence;

namespace MLNet.MultiTask.Slurm.Files;

/// <summary>
/// A sweep on the shared disk: <c>sweep.json</c>, and per trial its file, result, models, job and refusal. The data is
/// in the folder above, as sweeps share it.
/// </summary>
internal sealed class SweepFolder(string path)
{
    private const string TrialEnd = ".trial.json";

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>Of the jobs' output; the name is Slurm's number of the job and of its place in the array.</summary>
    public string Logs => In("logs");

    public string Lock => In("sweep.lock");

    /// <summary>Who runs the sweep.</summary>
    public string Coordinator => In("coordinator");

    public string Sweep => In("sweep.json");

    public static SweepFolder Of(string trialFile) =>
        new(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(trialFile))!);

    public static string Data(string folder, string hash) =>
        System.IO.Path.Combine(folder, hash + SweepDataFile.Extension);

    public string Trial(string key) => In(key + TrialEnd);

    public string Result(string key) => In(key + ".result.json");

    /// <summary>Slurm's number of the trial's latest job.</summary>
    public string Job(string key) => In(key + ".job");

    /// <summary>Models beside a result.</summary>
    public static string Model(string result) => result + ".mtsk";

    /// <summary>Why a worker must not train, beside the result that is missing for it.</summary>
    public static string Refusal(string result) => result + ".refused";

    /// <summary>Reads the data of a sweep in this folder and checks it.</summary>
    /// <exception cref="WorkerRefusedException">It is not there, or damaged.</exception>
    public SweepData ReadData(string hash)
    {
        string path = Data(System.IO.Path.GetDirectoryName(Path)!, hash);
        try
        {
            using FileStream file = File.OpenRead(path);
            if (Convert.ToHexStringLower(SHA256.HashData(file)) != hash)
                throw new WorkerRefusedException(
                    $"The data of the sweep, '{path}', is damaged: its SHA-256 is another one");
            file.Position = 0;
            return SweepDataFile.Read(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ModelFormatException)
        {
            throw new WorkerRefusedException($"The data of the sweep cannot be read from '{path}': {e.Message}", e);
        }
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
