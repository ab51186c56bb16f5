using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Search;

/// <summary>One sweep from the first proposal to the model.</summary>
internal sealed class SweepRun : IDisposable
{
    private readonly TaskTable _table;
    private readonly SweepOptions _options;
    private readonly SweepSpace _space;
    private readonly SweepFold[] _folds;
    private readonly SweepFold[] _allFolds;
    private readonly SweepClock _clock;
    private readonly SpillFile _spill = new(Path.GetTempPath());
    private readonly GroupCache _cache;
    private readonly TrialRunner _runner;
    private readonly TrialArchive _trials;
    private readonly List<string> _notes = [];
    private readonly SweepLimits _limits;
    private SweepHistory? _history;
    private SweepTrial? _kept;
    private SweepTrial? _lowest;
    private TaskAffinity? _affinity;
    private SweepProposer? _proposer;

    public SweepRun(TaskTable table, SweepOptions options, CancellationToken cancellationToken)
    {
        (_table, _options) = (table, options);
        (_cache, _trials) = (new GroupCache(_spill), new TrialArchive(_spill));
        _space = new SweepSpace([.. table.Tasks.Select(t => t.Name)], options.Learners, options.Constraints,
            options.Helpers, options.SettingsPerGroup);
        _limits = new SweepLimits(options);
        _clock = new SweepClock(options.MaxTime, options.Confirm, cancellationToken);
        _folds = SweepFold.Of(table, options);
        if (!_folds.Any(f => f.CanJudge))
            throw new ArgumentException("No task has differing labels among the rows held out to choose by");
        _notes.AddRange(options.Learners.Select(l => l.Note?.Invoke(_folds[0].Rows.Train.Length)).OfType<string>()
            .Distinct());
        _allFolds = options.Confirm ? [.. _folds, .. SweepFold.Anew(table, options)] : _folds;
        _runner = new TrialRunner(_space, options, new SweepData(table, _allFolds), _folds.Length,
            options.Executor ?? new LocalExecutor(options.Threads), _cache);
    }

    /// <summary>The token of trials: the caller's, or cancelled when trials must end.</summary>
    public CancellationToken Token => _clock.Token;

    /// <summary>From the first proposal to the model.</summary>
    public SweepResult Run()
    {
        Begin();
        return Finish(Trials());
    }

    /// <summary>All trials; says why they ended.</summary>
    public SweepStopReason Trials()
    {
        var underWay = new Queue<TrialUnderWay>();
        try
        {
            SweepStopReason? stop = null;
            while (true)
            {
                // What is proposed depends on the trials before in order, not on which of them ended first.
                while (underWay.Count < _options.Outstanding && (stop = WhyStop(underWay.Count)) is null)
                    if (Propose() is { } point)
                        underWay.Enqueue(Begin(point, underWay.Count, _clock.Token));
                    else
                        break;
                if (!underWay.TryDequeue(out TrialUnderWay? first))
                    return stop ?? SweepStopReason.SpaceExhausted;
                if (Take(first) is null)
                    return _clock.Caller.IsCancellationRequested ? SweepStopReason.Cancelled : SweepStopReason.MaxTime;
            }
        }
        catch
        {
            _clock.Cancel();
            throw;
        }
        finally
        {
            foreach (TrialUnderWay left in underWay)
                left.LetGo();
        }
    }

    /// <summary>Opens the history and estimates the affinity.</summary>
    public void Begin()
    {
        _affinity = Affinity();
        _proposer = new SweepProposer(_space, _affinity, _options.Seed);
    }

    /// <summary>
    /// Groupings by what the affinity promises, the most promising first: a short list for other tuners.
    /// </summary>
    public string[] Candidates(int most) => _proposer!.Candidates(most);

    /// <summary>What to try next; null where everything was tried.</summary>
    public SweepPoint? Propose() => _proposer!.Propose();

    /// <summary>Why no trial may begin any more; null where one may.</summary>
    /// <param name="underWay">Trials that have begun and not ended.</param>
    public SweepStopReason? WhyStop(int underWay = 0) =>
        _clock.Caller.IsCancellationRequested ? SweepStopReason.Cancelled
        : _trials.Count + underWay >= _options.MaxTrials ? SweepStopReason.MaxTrials
        : _trials.Epochs >= TrialEpochs ? SweepStopReason.MaxEpochs
        : _clock.IsOver ? SweepStopReason.MaxTime : null;

    /// <summary>Tries a point, or takes what the history says of it; null where time or the caller ended it.</summary>
    /// <param name="point">In the space.</param>
    /// <param name="also">Ends the trial as well.</param>
    public SweepTrial? Try(SweepPoint point, CancellationToken also)
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(_clock.Token, also);
        return Take(Begin(point, 0, source.Token));
    }

    private TrialUnderWay Begin(SweepPoint point, int underWay, CancellationToken cancellationToken)
    {
        int number = _trials.Count + underWay + 1;
        if (number <= (_history?.Count ?? 0))
            return TrialUnderWay.Known(Replayed(number, point), _lowest);
        GroupCache seen = _cache.Branch();
        return TrialUnderWay.Begin(number, point, _lowest, !IsCorner(point), _runner.With(seen), seen,
            _options.Executor is not null, cancellationToken);
    }

    /// <summary>Waits for a trial and counts it; null where time or the caller ended it.</summary>
    private SweepTrial? Take(TrialUnderWay underWay)
    {
        if (underWay.Wait() is not { } trial)
            return null;
        if (underWay.Seen is null)
            _cache.Replay(trial);
        else
        {
            _cache.Take(underWay.Seen);
            _history?.Add(trial);
        }
        if (_limits.Exceeds(trial))
            trial = trial with { IsOverLimit = true };
        if (trial.Status == SweepTrialStatus.Stopped)
            trial = trial with { Estimates = Estimates(trial, underWay.Best!) };
        _trials.Add(trial);
        Telemetry.Ended(trial);
        _lowest = SweepChoice.Lowest(_lowest is null ? [trial] : [_lowest, trial]);
        _proposer!.MostGroups = _limits.MostGroups;
        Tell(_proposer!, trial);
        Keep(trial, underWay.Runner?.Fits ?? []);
        underWay.Runner?.Fits.Clear();
        _options.Progress?.Report(new(trial, _lowest, _options.MaxTrials,
            _clock.Left(_trials.Count, _trials.Seconds, _options)));
        return trial;
    }

    /// <summary>Chooses and puts the model together.</summary>
    /// <exception cref="InvalidOperationException">No trial succeeded.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before one did.</exception>
    public SweepResult Finish(SweepStopReason stop)
    {
        List<SweepTrial> trials = _trials.ToList();
        Confirm(trials);
        if (SweepChoice.FewestWithinNoise(trials) is not { } choice)
        {
            _clock.Caller.ThrowIfCancellationRequested();
            throw _limits.NothingKept(trials) ?? NothingSucceeded(trials, stop);
        }
        (MultiTaskModel model, bool refitted) = Model(choice, stop);
        return new SweepResult
        {
            Model = model, Best = choice, Trials = trials, StopReason = stop, Affinity = _affinity,
            Table = [.. SweepChoice.Table(trials, choice)], IsRefitted = refitted,
            Notes = [.. _notes, .. _limits.Notes, .. _spill.Note is { } spill ? [spill] : (string[])[]],
            Folds = _folds.Length, GroupsTrained = _cache.Count, Seconds = _clock.Seconds,
        };
    }

    /// <summary>The model of a trial's first fold; what is not at hand is trained again.</summary>
    public MultiTaskModel FirstFold(SweepTrial trial) => new SweepAssembly(_table, _space, _options, _runner)
        .FirstFold(SweepChoice.Serving(trial, _cache, false));

    public void Dispose()
    {
        _history?.Dispose();
        _clock.Dispose();
        _spill.Dispose();
    }

    /// <summary>The estimate, from the history where it is there.</summary>
    private TaskAffinity? Affinity()
    {
        if (_options.HistoryFile is null)
            return Estimate(null);
        List<string> fingerprint = SweepFingerprint.Of(_space, _table, _options, _folds.Length);
        _history = SweepHistory.Open(_options.HistoryFile, fingerprint, Estimate, out TaskAffinity? affinity);
        return affinity;

        TaskAffinity? Estimate(TaskAffinity? stored)
        {
            if (stored is not null || _table.Tasks.Count <= 2 || _options.AffinityEstimator is not { } estimator)
                return stored;
            if (_folds[0].Rows.Validation.Length > 0)
                return estimator.Estimate(_table, _folds[0].Rows, _clock.Token);
            _notes.Add(
                "The search began without an affinity, which is estimated on rows that stop training; the first " +
                "fold has none of them");
            return null;
        }
    }

    // The rest is for measuring the best again.
    private double TrialEpochs => (_options.MaxEpochs ?? double.PositiveInfinity) * (_options.Confirm ? 0.8 : 1);

    /// <summary>Measures again what may be the best.</summary>
    private void Confirm(List<SweepTrial> trials)
    {
        if (!_options.Confirm || _clock.Caller.IsCancellationRequested)
            return;
        var confirmation = new SweepConfirmation(_runner, _allFolds, _folds.Length, _history);
        long before = _trials.Epochs;
        SweepTrial[] confirmed = confirmation.Run(SweepConfirmation.Contenders(trials),
            epochs => before + epochs < (_options.MaxEpochs ?? long.MaxValue), _clock.Confirmation);
        foreach (SweepTrial trial in confirmed)
            trials[trial.Number - 1] = trial;
        if (confirmed.Length > 1)
            _notes.Add(
                $"The choice is among {confirmed.Length} trials measured again in {confirmed[0].Confirmations.Count} " +
                "folds of rows divided anew");
    }

    private bool IsCorner(SweepPoint point) => point.Grouping.Count == 1
        || point.Grouping.Equals(TaskGrouping.Single(_table.Tasks.Count));

    private SweepTrial Replayed(int number, SweepPoint point)
    {
        SweepTrial trial = _history!.Trial(number);
        return trial.Point.Equals(point) ? trial : throw new FormatException(
            $"'{_options.HistoryFile}' holds '{trial.Point}' as trial {trial.Number} where this sweep tries " +
            $"'{point}'; it is of another version of this library, or was changed; name another file");
    }

    private static void Tell(SweepProposer proposer, SweepTrial trial)
    {
        if (trial.Status == SweepTrialStatus.Failed)
            proposer.ReportFailure(trial.Point);
        else if (trial.Status == SweepTrialStatus.Completed)
            proposer.Report(trial.Point, trial.Losses);
        else
            proposer.Report(trial.Point, trial.Estimates);
    }

    /// <summary>A stopped trial is known by its difference to the best one as far as it went.</summary>
    private static double[] Estimates(SweepTrial trial, SweepTrial best)
    {
        int rung = trial.Losses.Count > 0 ? 0 : trial.Rungs.Keys.Max();
        IReadOnlyList<double[]> own = rung == 0 ? trial.Losses : trial.Rungs[rung];
        IReadOnlyList<double[]> other = rung == 0 ? [.. best.Losses.Take(own.Count)] : best.Rungs[rung];
        double[] whole = SweepLosses.PerTask(best.Losses), a = SweepLosses.PerTask(own), b = SweepLosses.PerTask(other);
        return [.. whole.Select((loss, t) => loss + a[t] - b[t])];
    }

    /// <summary>The first fold's models of the lowest trial stay; all others are let go of.</summary>
    private void Keep(SweepTrial trial, Dictionary<string, GroupFit> made)
    {
        if (ReferenceEquals(_lowest, trial))
        {
            var fits = new Dictionary<string, GroupFit>();
            foreach (string key in trial.Point.Grouping.Groups.Select(g => GroupCache.Key(trial.Point, g)))
                if ((made.GetValueOrDefault(key) ?? _cache.Fit(key)) is { } fit)
                    fits[key] = fit;
            if (fits.Count == trial.Point.Grouping.Count)
            {
                _cache.Keep(fits);
                _kept = trial;
            }
        }
    }

    private (MultiTaskModel Model, bool Refitted) Model(SweepTrial choice, SweepStopReason stop)
    {
        var assembly = new SweepAssembly(_table, _space, _options, _runner);
        string[] serving = SweepChoice.Serving(choice, _cache, _options.Ensemble);
        if (_options.Ensemble)
            _notes.Add(EnsembleNote(choice, serving));
        if (_options.Refit && stop != SweepStopReason.Cancelled)
            try
            {
                return (assembly.Refit(serving, _clock.Final), true);
            }
            catch (OperationCanceledException) when (_clock.Final.IsCancellationRequested)
            {
                _notes.Add("Time ran out while the chosen groups were trained once more on all rows");
            }
        // Models of the first fold are there, or quickly made again; after the end of the time those at hand count.
        bool late = stop == SweepStopReason.MaxTime || stop == SweepStopReason.Cancelled
            || _clock.Final.IsCancellationRequested;
        SweepTrial served = late && _kept is not null ? _kept : choice;
        if (!served.Point.Equals(choice.Point))
            _notes.Add($"The model is trial {served.Number}'s ({served.Point}), whose models were at hand, not the " +
                $"choice's ({choice.Point})");
        if (_options.Refit)
            _notes.Add("The model is the first fold's, trained without the rows held out there");
        return (assembly.FirstFold(served.Number == choice.Number
            ? serving : SweepChoice.Serving(served, _cache, false)), false);
    }

    private string EnsembleNote(SweepTrial choice, string[] serving)
    {
        string[] own = SweepChoice.Serving(choice, _cache, false);
        int[] moved = [.. Enumerable.Range(0, own.Length).Where(t => serving[t] != own[t])];
        return moved.Length == 0 ? "No task was surely better in another group that was trained than in the choice's"
            : $"{serving.Distinct().Count()} models in place of {choice.Point.Grouping.Count}: another group that " +
            $"was trained serves {string.Join(", ", moved.Select(t => $"'{_table.Tasks[t].Name}'"))}, better there " +
            "by more than a standard error";
    }

    private static InvalidOperationException NothingSucceeded(List<SweepTrial> trials, SweepStopReason stop)
    {
        SweepTrial? failed = trials.FirstOrDefault(t => t.Status == SweepTrialStatus.Failed);
        string ended = stop == SweepStopReason.MaxTime ? " before the time was over" : "";
        return new InvalidOperationException(
            $"No trial of the sweep succeeded: {trials.Count} ended{ended}, " +
            $"{trials.Count(t => t.Status == SweepTrialStatus.Failed)} of them failed" +
            (failed is null ? "; give it more time" : $"; the first error, of trial {failed.Number} " +
            $"({failed.Point}): {failed.Error}"));
    }
}
