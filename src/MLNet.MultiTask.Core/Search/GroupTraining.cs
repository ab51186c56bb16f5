using System.Diagnostics;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Search;

namespace MLNet.MultiTask;

/// <summary>
/// The smallest piece of a sweep's work: one group of tasks, trained by one learner on the rows of one fold and judged
/// on the rows that the fold holds out.
/// </summary>
public sealed class GroupTraining
{
    internal GroupTraining(SweepData data, int fold, IReadOnlyList<int> tasks, LearnerSettings settings,
        IGroupLearner learner)
    {
        (Data, Fold, Tasks, Learner) = (data, fold, tasks, learner);
        (LearnerName, Settings) = (settings.Learner, settings.Settings);
    }

    /// <summary>Table and rows.</summary>
    public SweepData Data { get; }

    /// <summary>Number of the fold.</summary>
    public int Fold { get; }

    /// <summary>Numbers of the group's tasks in the table, ascending.</summary>
    public IReadOnlyList<int> Tasks { get; }

    /// <summary>Name of the <see cref="SweepLearner"/>.</summary>
    public string LearnerName { get; }

    /// <summary>What the sweep chose, by name.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>The learner with these settings.</summary>
    public IGroupLearner Learner { get; }

    /// <summary>Checkpoints to go on from; null = train from the start.</summary>
    internal ICheckpointStore? Checkpoints { get; init; }

    /// <summary>Trains and judges here.</summary>
    /// <param name="threads">Upper limit; null = all cores. The outcome's bits do not depend on it.</param>
    /// <param name="cancellationToken">Looked at every batch.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <remarks>What the learner throws comes through.</remarks>
    public GroupOutcome Train(int? threads, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        SweepFold fold = Data.Folds[Fold];
        GroupFit fit = Learner.Fit(Data.Table, fold.Rows, Tasks, new LearnerRun
        {
            Seed = fold.Seed,
            Threads = threads,
            Checkpoints = Checkpoints,
            CheckpointName = $"fold{Fold}-{string.Join('-', Tasks)}",
            CancellationToken = cancellationToken,
        });
        long judging = Stopwatch.GetTimestamp();
        Dictionary<int, double> losses = fit.Models.SelectMany(fold.Losses).ToDictionary(l => l.Task, l => l.Loss);
        double microseconds = Stopwatch.GetElapsedTime(judging).TotalMicroseconds;
        Telemetry.Trained(LearnerName, Stopwatch.GetElapsedTime(started));
        return new GroupOutcome
        {
            Losses = [.. Tasks.Select(t => losses.GetValueOrDefault(t, double.NaN))],
            Epochs = fit.Epochs.Count,
            Cost = new SweepCost(fit.Models.Aggregate((long?)0, (sum, m) => sum + m.Model.LearnedBytes),
                microseconds / Math.Max(1, fold.JudgingRows)),
            Fit = fit,
        };
    }
}
