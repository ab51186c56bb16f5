using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Torch;
using MLNet.MultiTask.Training;
using TorchSharp;

namespace MLNet.MultiTask;

/// <summary>
/// One TorchSharp module for a group's tasks. The losses, the weighting of tasks, batches, early stopping and
/// checkpoints are those of the shared-bottom network. Results have the same bits on one number of threads only.
/// </summary>
public sealed class TorchModuleLearner : IEpochLearner
{
    private readonly TorchModuleOptions _options;
    private readonly ModuleSource _source;

    /// <summary>Takes the module and how it is trained; seed, threads and progress are those of the run.</summary>
    /// <param name="options">Null = the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range or would be ignored.</exception>
    /// <exception cref="ArgumentException">The architecture is not registered, or its text is none.</exception>
    public TorchModuleLearner(TorchModuleOptions? options = null) : this(Checked(options ?? new()), null)
    {
    }

    private TorchModuleLearner(TorchModuleOptions options, ModuleSource? source)
    {
        (_options, _source) = (options, source ?? ModuleSource.Of(options));
        TorchModuleFormat.Register();
    }

    /// <inheritdoc/>
    public string Name => TorchModuleModel.KindName;

    /// <inheritdoc/>
    public string Settings => string.Join("; ", $"architecture {_source}" +
            (_options.Merging is { } merging ? $"; merging {ModelMergings.Parsed(merging, nameof(merging)).Text}" +
                FormattableString.Invariant($" after {_options.MergingWarmup} epochs together") : ""),
        TrainingSettings.OfAnyNetwork(_options.Training) + string.Concat(_options.Losses
            .OrderBy(l => l.Key, StringComparer.Ordinal)
            .Select(l => $"; loss of '{l.Key}' {BuiltInLosses.Parse(l.Value).Text}")),
        _options.GpuDeviceId is { } gpu ? FormattableString.Invariant($"GPU {gpu}") : "CPU");

    /// <inheritdoc/>
    public int? MaxEpochs => _options.Training.Schedule == LearningRateSchedule.Constant
        ? _options.Training.MaxEpochs : null;

    /// <inheritdoc/>
    public IGroupLearner WithMaxEpochs(int maxEpochs) => new TorchModuleLearner(
        _options with { Training = _options.Training with { MaxEpochs = maxEpochs } }, _source);

    /// <inheritdoc/>
    /// <exception cref="TrainingDivergedException">A task's loss became infinite or NaN.</exception>
    /// <exception cref="DllNotFoundException">TorchSharp's libraries cannot be loaded; what is missing is
    /// said.</exception>
    /// <exception cref="InvalidOperationException">There is no such GPU.</exception>
    public GroupFit Fit(TaskTable table, RowSplit split, IReadOnlyList<int> tasks, LearnerRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(tasks);
        run.Validate();
        TorchLibrary.ThrowIfAbsent();
        var notes = new List<string>();
        string device = Device(notes);
        NamedLosses.ThrowIfUnfit(_options.Losses, table.Tasks);
        if (_options.Merging is { } merging && tasks.Count > 1)
            return FitExperts(table, split, tasks, run, merging, device, notes);
        var problem = new TrainingProblem(table, split, tasks);
        TrainingOptions options = Own(run, problem, notes);
        using var session = new ModuleSession(problem, _source, options, device,
            losses: NamedLosses.Of(_options.Losses, problem.Tasks, notes));
        TrainedParameters trained = session.Train(run);
        return new GroupFit
        {
            Models = trained.BestPerTask is null
                ? [new([.. tasks], session.Model(trained.Parameters))]
                : [.. trained.BestPerTask.Select(b => new ServingModel([.. b.Tasks.Select(t => tasks[t])],
                    session.Model(b.Parameters)))],
            Epochs = trained.Epochs,
            BestEpoch = trained.BestEpoch,
            StopReason = trained.StopReason,
            Notes = [.. notes, .. trained.Notes],
        };
    }

    /// <summary>One module per task, all from the same initial weights.</summary>
    /// <returns>The modules in order of the tasks; where they began if that is not fresh weights; why the last one
    /// ended.</returns>
    internal (IReadOnlyList<TorchModuleModel> Experts, TorchModuleModel? Initial, StopReason Reason) TrainExperts(
        TaskTable table, RowSplit split, IReadOnlyList<int> tasks, LearnerRun run, string device, List<string> notes)
    {
        TorchModuleModel? initial = _options.MergingWarmup == 0 ? null
            : Warmup(table, split, tasks, run, device, notes);
        var experts = new List<TorchModuleModel>();
        StopReason reason = StopReason.Completed;
        for (int t = 0; t < tasks.Count; t++)
        {
            var problem = new TrainingProblem(table, split, [tasks[t]]);
            TrainingOptions options = Own(run, problem, notes);
            float[]? start = initial is null ? null : ExpertChecks.Start(initial, t, options.Seed);
            using var session = new ModuleSession(problem, _source, options, device, start,
                NamedLosses.Of(_options.Losses, problem.Tasks, notes));
            TrainedParameters trained = session.Train(run with
            {
                CheckpointName = FormattableString.Invariant($"{run.CheckpointName}-expert-{t}"),
            });
            experts.Add(session.Model(trained.Parameters));
            notes.AddRange(trained.Notes);
            reason = trained.StopReason;
        }
        return (experts, initial, reason);
    }

    private TorchModuleModel Warmup(TaskTable table, RowSplit split, IReadOnlyList<int> tasks, LearnerRun run,
        string device,
        List<string> notes)
    {
        var problem = new TrainingProblem(table, split, tasks);
        TrainingOptions options = Own(run, problem, notes) with
        {
            MaxEpochs = _options.MergingWarmup, Patience = null, KeepBestWeights = false,
        };
        using var session = new ModuleSession(problem, _source, options, device,
            losses: NamedLosses.Of(_options.Losses, problem.Tasks, notes));
        return session.Model(session.Train(run with { CheckpointName = run.CheckpointName + "-warmup" }).Parameters);
    }

    private GroupFit FitExperts(TaskTable table, RowSplit split, IReadOnlyList<int> tasks, LearnerRun run,
        string merging,
        string device, List<string> notes)
    {
        (IReadOnlyList<TorchModuleModel> experts, TorchModuleModel? initial, StopReason reason) =
            TrainExperts(table, split, tasks, run, device, notes);
        (TorchModuleModel model, IReadOnlyList<string> chosen) = ModuleMerger.Merge(experts, initial,
            new TrainingProblem(table, split, tasks), ModelMergings.Parsed(merging, nameof(merging)), device,
            run.Threads ?? _options.Training.Threads, run.CancellationToken);
        initial?.Module.Dispose();
        foreach (TorchModuleModel expert in experts)
            expert.Module.Dispose();
        return new GroupFit
        {
            Models = [new([.. tasks], model)],
            StopReason = reason,
            Notes = [.. notes.Distinct(), .. chosen],
        };
    }

    private static TorchModuleOptions Checked(TorchModuleOptions options)
    {
        options.Validate();
        return options;
    }

    private string Device(List<string> notes)
    {
        (string device, string? note) = TorchDevices.Choose(_options.GpuDeviceId, _options.FallbackToCpu);
        if (note is not null)
            notes.Add(note);
        if (OtherTorchSharp.Note() is { } other)
            notes.Add(other);
        return device;
    }

    private TrainingOptions Own(LearnerRun run, TrainingProblem problem, List<string> notes)
    {
        TrainingOptions own = _options.Training with
        {
            Seed = run.Seed,
            Threads = run.Threads ?? _options.Training.Threads,
            Progress = run.Progress ?? _options.Training.Progress,
        };
        if (problem.Tasks.Count == 1 && own.Weighting.SeesGradients)
        {
            notes.Add(
                $"Task '{problem.Tasks[0].Name}' is alone in its group: weighting '{own.Weighting}' has nothing to " +
                "balance there");
            own = own with { Weighting = EqualWeighting.Instance, GramianInterval = 1 };
        }
        // Of a single row, normalisation over a batch makes NaN that stays in the module for good.
        int rows = problem.Train.Length, batch = own.BatchSizeFor(rows), wanted = batch;
        while (batch > 2 && rows % batch == 1)
            batch--;
        if (batch != wanted)
            notes.Add($"Batches have {batch} rows: of {wanted}, an epoch's last batch would have a single row");
        return own with { BatchSize = batch };
    }
}
