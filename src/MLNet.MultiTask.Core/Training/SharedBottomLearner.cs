using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Training;

/// <summary>
/// One shared-bottom network for a group's tasks, or with <see cref="EarlyStopping.PerTask"/> one network per best
/// epoch.
/// </summary>
public sealed class SharedBottomLearner : IEpochLearner
{
    private readonly TrainingOptions _options;

    /// <summary>Takes the options of the networks; seed, threads and progress are those of the run.</summary>
    /// <param name="options">
    /// How a network is trained. Its <see cref="TrainingOptions.Threads"/> and <see cref="TrainingOptions.Progress"/>
    /// count where the run has none.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="ArgumentException"><see cref="TrainingOptions.Checkpoint"/> is set: it is for single networks;
    /// a run keeps checkpoints in a <see cref="ICheckpointStore"/>.</exception>
    public SharedBottomLearner(TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (options.Checkpoint is not null)
            throw new ArgumentException($"{nameof(TrainingOptions.Checkpoint)} is for a single network; groups keep " +
                $"their checkpoints in an {nameof(ICheckpointStore)}", nameof(options));
        _options = options;
    }

    /// <inheritdoc/>
    public string Name => "shared-bottom";

    /// <inheritdoc/>
    public string Settings => TrainingSettings.Of(_options);

    /// <summary>Null with a schedule: its step sizes depend on the most epochs, so that a fit cannot go on.</summary>
    public int? MaxEpochs => _options.Schedule == LearningRateSchedule.Constant ? _options.MaxEpochs : null;

    /// <inheritdoc/>
    public IGroupLearner WithMaxEpochs(int maxEpochs) =>
        new SharedBottomLearner(_options with { MaxEpochs = maxEpochs });

    /// <summary>Trains one network per group of a grouping; seed, threads and progress are the options'.</summary>
    /// <inheritdoc cref="GroupedTrainer.Train(TaskTable, RowSplit, TaskGrouping, IGroupLearner, LearnerRun, UnlearnableTasks)"/>
    /// <param name="table">All tasks' data.</param>
    /// <param name="split">Rows to fit on and rows that decide when to stop.</param>
    /// <param name="grouping">Of the table's tasks.</param>
    /// <param name="options">How each network is trained.</param>
    /// <param name="checkpoints">Keeps one checkpoint per network; null = none.</param>
    /// <param name="cancellationToken">Looked at every batch.</param>
    /// <exception cref="TrainingDivergedException">A task's loss became infinite or NaN.</exception>
    public static GroupedTrainingResult TrainGroups(TaskTable table, RowSplit split, TaskGrouping grouping,
        TrainingOptions options, ICheckpointStore? checkpoints = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return GroupedTrainer.Train(table, split, grouping, new SharedBottomLearner(options), new LearnerRun
        {
            Seed = options.Seed,
            Threads = options.Threads,
            Progress = options.Progress,
            Checkpoints = checkpoints,
            CancellationToken = cancellationToken,
        });
    }

    /// <inheritdoc/>
    /// <exception cref="TrainingDivergedException">A task's loss became infinite or NaN.</exception>
    public GroupFit Fit(TaskTable table, RowSplit split, IReadOnlyList<int> tasks, LearnerRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        TrainingOptions own = _options with
        {
            Seed = run.Seed,
            Threads = run.Threads ?? _options.Threads,
            Progress = run.Progress ?? _options.Progress,
        };
        bool alone = tasks.Count == 1 && own.Weighting.SeesGradients;
        if (alone)
            own = own with
            {
                Weighting = own.Weighting is SharpnessAwareWeighting sharpness
                    ? sharpness with { Around = EqualWeighting.Instance } : EqualWeighting.Instance,
                GramianInterval = 1,
                GramianSketch = null,
            };
        TrainingResult result = NetworkTrainer.Train(table, split, tasks, own, run.Checkpoints, run.CheckpointName,
            run.CancellationToken);
        return new GroupFit
        {
            Models = result.BestPerTask is null ? [new([.. tasks], result.Network)]
                : [.. result.BestPerTask.Select(b => new ServingModel([.. b.Tasks.Select(t => tasks[t])], b.Network))],
            Epochs = result.Epochs,
            BestEpoch = result.BestEpoch,
            StopReason = result.StopReason,
            Notes = alone ? [.. result.Notes, $"Task '{table.Tasks[tasks[0]].Name}' is alone in its group: weighting " +
                $"'{_options.Weighting}' has nothing to balance there"] : result.Notes,
        };
    }
}
