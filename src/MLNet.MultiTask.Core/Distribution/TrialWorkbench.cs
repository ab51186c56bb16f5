using System.Diagnostics;

namespace MLNet.MultiTask.Distribution;

/// <summary>Trains trials that arrived from elsewhere.</summary>
/// <param name="data">The sweep's data.</param>
/// <param name="learners">What this process knows of the sweep's learners.</param>
/// <param name="worker">Name of this worker.</param>
internal sealed class TrialWorkbench(SweepData data, IReadOnlyList<SweepLearner> learners, string worker)
{
    /// <summary>The training that a trial stands for.</summary>
    /// <exception cref="WorkerRefusedException">This process would not come to the same outcome.</exception>
    public GroupTraining Open(TrialFile trial)
    {
        if (trial.Build != BuildIdentity.Text)
            throw new WorkerRefusedException($"The trial is of {trial.Build}, this worker is {BuildIdentity.Text}; " +
                "run workers and sweep from the same build");
        SweepLearner learner = learners.FirstOrDefault(l => l.Name == trial.Learner)
            ?? throw new WorkerRefusedException($"This worker has no learner '{trial.Learner}'; it has " +
                string.Join(", ", learners.Select(l => l.Name)));
        string[] names = [.. trial.Tasks.Select(t => t < data.Table.Tasks.Count ? data.Table.Tasks[t].Name : "?")];
        if (trial.Fold >= data.Folds.Count || !names.SequenceEqual(trial.TaskNames)
            || data.Folds[trial.Fold].Seed != trial.Seed)
            throw new WorkerRefusedException("The trial is of other data than this worker has read");
        var training = new GroupTraining(data, trial.Fold, trial.Tasks, new(trial.Learner, trial.Settings),
            learner.Create(trial.Settings));
        string own = $"{training.Learner.Name} {training.Learner.Settings}";
        return own == trial.LearnerText ? training : throw new WorkerRefusedException(
            $"This worker's learner '{trial.Learner}' is '{own}', the sweep's is '{trial.LearnerText}'");
    }

    /// <summary>Trains and judges.</summary>
    /// <returns>The result, and the bytes of the models of a first fold.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <remarks>What the learner throws comes through.</remarks>
    public (ResultFile Result, byte[]? Model) Run(string key, GroupTraining training, int? threads,
        CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        GroupOutcome outcome = training.Train(threads, cancellationToken);
        byte[]? model = training.Fold == 0 ? GroupFitFile.ToBytes(outcome.Fit!, data.Table, training.Tasks) : null;
        return (new ResultFile(key, [.. outcome.Losses], outcome.Epochs,
            Stopwatch.GetElapsedTime(started).TotalSeconds, worker, model is null ? null : "model.mtsk", [])
        {
            Cost = outcome.Cost,
        }, model);
    }
}
