using System.Diagnostics;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Search;

/// <summary>
/// Trains and judges points, stage by stage: rungs of epochs in all folds, then the first fold to the end, then two
/// folds at a time, which keep threads busy where most groups are known.
/// </summary>
/// <param name="space">What may be tried.</param>
/// <param name="options">Rungs, threads, and whether losers are stopped.</param>
/// <param name="data">Table, the folds of every trial, then those of the choice.</param>
/// <param name="searchFolds">How many of them are every trial's.</param>
/// <param name="executor">Trains groups.</param>
/// <param name="cache">Scores of groups.</param>
internal sealed class TrialRunner(SweepSpace space, SweepOptions options, SweepData data, int searchFolds,
    ITrialExecutor executor, GroupCache cache)
{
    private const double Level = 0.05;

    // Epochs that this trial has trained of a group in a fold; from there its checkpoint goes on.
    private readonly Dictionary<(int Fold, string Group), int> _epochs = [];

    /// <summary>Models of the first fold that the latest trial trained, as far as they are at hand.</summary>
    public Dictionary<string, GroupFit> Fits { get; } = [];

    /// <summary>A runner for a trial beside others, which sees its own cache.</summary>
    public TrialRunner With(GroupCache own) => new(space, options, data, searchFolds, executor, own);

    /// <summary>Tries a point.</summary>
    /// <param name="number">Of the trial, from 1.</param>
    /// <param name="point">In the space.</param>
    /// <param name="best">What a loser is compared with; null = run to the end.</param>
    /// <param name="cancellationToken">Looked at every batch.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled; nothing is known of the trial.</exception>
    public async Task<SweepTrial> RunAsync(int number, SweepPoint point, SweepTrial? best,
        CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        using Activity? activity = Telemetry.Activities.StartActivity("trial");
        activity?.SetTag("multitask.trial", point.ToString());
        Fits.Clear();
        _epochs.Clear();
        var trial = new SweepTrial { Number = number, Point = point, Status = SweepTrialStatus.Completed };
        try
        {
            trial = await StagesAsync(trial, best, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e) when (e is not (OutOfMemoryException or TrialExecutorException))
        {
            trial = trial with
            {
                Status = SweepTrialStatus.Failed, Losses = [], Rungs = new Dictionary<int, IReadOnlyList<double[]>>(),
                Error = e is GroupTrainingException ? e.Message : $"{e.GetType().Name}: {e.Message}",
            };
        }
        return trial with { Seconds = Stopwatch.GetElapsedTime(started).TotalSeconds };
    }

    /// <summary>Losses of a point in one fold, length T, and the epochs trained for it; null where it fails.</summary>
    /// <param name="point">In the space.</param>
    /// <param name="fold">Where to judge it.</param>
    /// <param name="ahead">What was asked for before; null = ask now.</param>
    /// <param name="cancellationToken">Looked at every batch.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<(double[]? Losses, long Epochs)> JudgeAsync(SweepPoint point, int fold, TrainingsAhead? ahead,
        CancellationToken cancellationToken)
    {
        if (ahead is not null)
            return await new TrialRunner(space, options, data, searchFolds, ahead, cache)
                .JudgeAsync(point, fold, null, cancellationToken).ConfigureAwait(false);
        _epochs.Clear();
        var trial = new SweepTrial { Number = 0, Point = point, Status = SweepTrialStatus.Completed };
        try
        {
            (double[][] losses, trial) =
                await StageAsync(trial, PointLearners.Of(space, point), [fold], 0, new MemoryCheckpoints(),
                cancellationToken).ConfigureAwait(false);
            return (losses[0], trial.Epochs);
        }
        catch (Exception e) when (e is not (OutOfMemoryException or TrialExecutorException)
            && !cancellationToken.IsCancellationRequested)
        {
            return (null, 0);
        }
    }

    /// <summary>
    /// Asks for what a point needs in a fold, without waiting for it. Null where groups are trained in this process,
    /// where a point at a time keeps all threads busy.
    /// </summary>
    /// <param name="point">In the space.</param>
    /// <param name="fold">Where it will be judged.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public TrainingsAhead? Ask(SweepPoint point, int fold, CancellationToken cancellationToken)
    {
        if (options.Executor is null)
            return null;
        TaskGroup[] missing = [.. point.Grouping.Groups.Where(g => NeedsTraining(point, fold, g, 0))
            .DistinctBy(g => GroupCache.Key(point, g))];
        return missing.Length == 0 ? null : new TrainingsAhead([.. missing.Select(g => g.Members)], token =>
        {
            PointLearners learners = PointLearners.Of(space, point);
            return executor.TrainAsync(
                [.. missing.Select(g => new GroupTraining(data, fold, g.Members, point.Of(g), learners[g]))], token);
        }, cancellationToken);
    }

    /// <summary>Takes note of losses that a history knows.</summary>
    public void Replay(SweepPoint point, int fold, double[] losses) => cache.Replay(point, fold, losses, []);

    /// <summary>The model of a group in the first fold: a kept one, or trained (again).</summary>
    public GroupFit Model(LearnerSettings settings, TaskGroup group, CancellationToken cancellationToken)
    {
        var training = new GroupTraining(data, 0, group.Members, settings, space.Create(settings));
        return cache.Fit(GroupCache.Key(settings, group)) ?? executor.Models(training, cancellationToken)
            ?? training.Train(options.Threads, cancellationToken).Fit!;
    }

    private async Task<SweepTrial> StagesAsync(SweepTrial trial, SweepTrial? best, CancellationToken cancellationToken)
    {
        PointLearners learners = PointLearners.Of(space, trial.Point);
        int[] all = [.. Enumerable.Range(0, searchFolds)];
        var checkpoints = new MemoryCheckpoints();
        var rungs = new Dictionary<int, IReadOnlyList<double[]>>();
        foreach (int epochs in options.Rungs)
        {
            if (learners.WithMaxEpochs(epochs) is not { } shortened)
                continue;
            (double[][] losses, trial) = await StageAsync(trial, shortened, all, epochs, checkpoints, cancellationToken)
                .ConfigureAwait(false);
            rungs.Add(epochs, losses);
            trial = trial with { Rungs = rungs };
            if (IsLoser(losses, best?.Rungs.GetValueOrDefault(epochs)))
                return trial with { Status = SweepTrialStatus.Stopped };
        }
        List<double[]> judged = [], helpers = [];
        while (judged.Count < searchFolds)
        {
            int[] stage = all[judged.Count..Math.Min(searchFolds, judged.Count == 0 ? 1 : judged.Count + 2)];
            (double[][] losses, trial) = await StageAsync(trial, learners, stage, 0, checkpoints, cancellationToken)
                .ConfigureAwait(false);
            judged.AddRange(losses);
            if (trial.Point.Grouping.Groups.Any(g => g.Helpers.Count > 0))
                helpers.AddRange(stage.Select(f => Helpers(trial.Point, f)));
            trial = trial with { Losses = [.. judged], HelperLosses = [.. helpers] };
            if (judged.Count < searchFolds && IsLoser(judged, best?.Losses))
                return trial with { Status = SweepTrialStatus.Stopped };
        }
        trial = trial with { Costs = Costs(trial.Point) };
        return double.IsFinite(trial.Loss) ? trial
            : throw new ArithmeticException("No fold could judge any task: no labels differ among the rows held out");
    }

    /// <summary>Trains what is not in the cache and puts the losses of the tasks together, folds × T.</summary>
    private async Task<(double[][] Losses, SweepTrial Trial)> StageAsync(SweepTrial trial, PointLearners learners,
        int[] stage, int epochs, MemoryCheckpoints checkpoints, CancellationToken cancellationToken)
    {
        SweepPoint point = trial.Point;
        (int Fold, TaskGroup Group)[] all = [.. stage.SelectMany(f => point.Grouping.Groups.Select(g => (f, g)))];
        // Two groups of the same members, with other helpers among them, have the same model.
        (int Fold, TaskGroup Group)[] missing = [.. all.Where(u => NeedsTraining(point, u.Fold, u.Group, epochs))
            .DistinctBy(u => (u.Fold, GroupCache.Key(point, u.Group)))];
        IReadOnlyList<GroupOutcome> outcomes = missing.Length == 0 ? [] : await executor.TrainAsync(
            [.. missing.Select(u => new GroupTraining(data, u.Fold, u.Group.Members, point.Of(u.Group),
                learners[u.Group])
            {
                Checkpoints = GoesOn(u.Group) ? checkpoints : null,
            })], cancellationToken).ConfigureAwait(false);
        // As in this process, where the first failure ends all: nothing of a stage that failed is remembered.
        if (outcomes.FirstOrDefault(o => o.Error is not null)?.Error is { } error)
            throw new GroupTrainingException(error);
        long made = 0;
        for (int i = 0; i < outcomes.Count; i++)
        {
            (int Fold, string Key) unit = (missing[i].Fold, GroupCache.Key(point, missing[i].Group));
            cache.Add(unit.Key, unit.Fold, epochs,
                new GroupScore(missing[i].Group.Members, [.. outcomes[i].Losses], Cost: outcomes[i].Cost));
            if (unit.Fold == 0 && epochs == 0 && outcomes[i].Fit is { } fit)
                Fits[unit.Key] = fit;
            made += outcomes[i].Epochs - (GoesOn(missing[i].Group) ? _epochs.GetValueOrDefault(unit) : 0);
            _epochs[unit] = outcomes[i].Epochs;
        }
        return ([.. stage.Select(f => Together(point, f, epochs))], trial with
        {
            Epochs = trial.Epochs + made,
            Reused = trial.Reused + (epochs == 0 ? all.Length - missing.Length : 0),
        });

        bool GoesOn(TaskGroup group) =>
            options.Rungs.Count > 0 && learners[group] is IEpochLearner { MaxEpochs: not null };
    }

    private bool NeedsTraining(SweepPoint point, int fold, TaskGroup group, int epochs) => !options.SharesGroups
        || cache.Score(GroupCache.Key(point, group), fold, epochs) is not { } score
            || (!score.IsWhole && group.Served.Any(t => double.IsNaN(score.Loss(t))));

    private SweepCost[] Costs(SweepPoint point)
    {
        SweepCost?[] costs = [.. point.Grouping.Groups.Select(g => cache.Score(GroupCache.Key(point, g), 0, 0)?.Cost)];
        return costs.Any(c => c is null) ? [] : [.. costs.Select(c => c!)];
    }

    private double[] Together(SweepPoint point, int fold, int epochs)
    {
        var losses = new double[data.Table.Tasks.Count];
        foreach (TaskGroup group in point.Grouping.Groups)
        {
            GroupScore score = cache.Score(GroupCache.Key(point, group), fold, epochs)!;
            foreach (int task in group.Served)
                losses[task] = score.Loss(task);
        }
        return losses;
    }

    private double[] Helpers(SweepPoint point, int fold) => [.. point.Grouping.Groups.SelectMany(g =>
        g.Helpers.Select(cache.Score(GroupCache.Key(point, g), fold, 0)!.Loss))];

    private bool IsLoser(IReadOnlyList<double[]> losses, IReadOnlyList<double[]>? best) =>
        options.StopLosers && best is not null && Numerics.WilcoxonSignedRank.PositiveTail(
            losses.Zip(best).SelectMany(fold => fold.First.Zip(fold.Second, (own, other) => own - other))) < Level;
}
