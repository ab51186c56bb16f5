using MLNet.MultiTask.Distribution;
using MLNet.MultiTask.Slurm.Files;

namespace MLNet.MultiTask;

/// <summary>One trial of a sweep that <see cref="SlurmExecutor"/> hands out: what a job of Slurm runs.</summary>
public static class SlurmTrial
{
    /// <summary>
    /// Trains a trial and writes its result, whole or not at all. A result that is there already is kept: to run a
    /// trial twice, also at the same time, is harmless. An exception of the learner is a result too.
    /// </summary>
    /// <param name="trialFile">The trial, in the folder of its sweep.</param>
    /// <param name="resultFile">The result to write; models are beside it.</param>
    /// <param name="learners">From what the sweep says of its learners to these; they must be the sweep's own.</param>
    /// <param name="threads">Upper limit; null = all cores that the job has. Results do not depend on it.</param>
    /// <param name="cancellationToken">Ends it without a result.</param>
    /// <returns>What went wrong in the training, by type and message; null where nothing did.</returns>
    /// <exception cref="WorkerRefusedException">This process would not come to the sweep's result; it is said beside
    /// the result too, where the sweep finds it.</exception>
    /// <exception cref="IOException">The result cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The result may not be written.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static string? Run(string trialFile, string resultFile, Func<string, IReadOnlyList<SweepLearner>> learners,
        int? threads = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(trialFile);
        ArgumentException.ThrowIfNullOrEmpty(resultFile);
        ArgumentNullException.ThrowIfNull(learners);
        if (threads < 1)
            throw new ArgumentOutOfRangeException(nameof(threads), threads, "At least 1 or null is expected");
        string result = Path.GetFullPath(resultFile);
        try
        {
            string json = SharedFile.Read(trialFile)
                ?? throw new WorkerRefusedException($"There is no trial '{trialFile}'");
            string key = TrialFile.KeyOf(json);
            return Known(result, key) ? null
                : Train(trialFile, json, key, result, learners, threads, cancellationToken);
        }
        catch (Exception e) when (e is WorkerRefusedException or FormatException)
        {
            if (Directory.Exists(Path.GetDirectoryName(result)))
                SharedFile.Write(SweepFolder.Refusal(result), e.Message);
            throw e as WorkerRefusedException ?? new WorkerRefusedException(e.Message, e);
        }
    }

    private static string? Train(string trialFile, string json, string key, string result,
        Func<string, IReadOnlyList<SweepLearner>> learners, int? threads, CancellationToken cancellationToken)
    {
        var trial = TrialFile.Parse(json);
        SweepFolder folder = SweepFolder.Of(trialFile);
        SweepFile sweep = SweepFile.Read(folder.Sweep);
        string worker = FormattableString.Invariant($"{Environment.MachineName}-{Environment.ProcessId}");
        var bench = new TrialWorkbench(folder.ReadData(trial.Data), learners(sweep.Learners), worker);
        GroupTraining training = bench.Open(trial);
        string? error = null;
        ResultFile outcome;
        try
        {
            (outcome, byte[]? model) = bench.Run(key, training, threads, cancellationToken);
            if (model is not null)
                SharedFile.Write(SweepFolder.Model(result), s => s.Write(model));
        }
        catch (Exception e) when (e is not (OutOfMemoryException or IOException or UnauthorizedAccessException)
            && !cancellationToken.IsCancellationRequested)
        {
            error = $"{e.GetType().Name}: {e.Message}";
            outcome = new ResultFile(key, [], 0, 0, worker, null, [error]);
        }
        SharedFile.Write(result, outcome.ToJson());
        return error;
    }

    private static bool Known(string result, string key) =>
        SharedFile.Read(result) is { } text && ResultFile.Parse(text) is { Errors.Length: 0 } known && known.Key == key;
}
