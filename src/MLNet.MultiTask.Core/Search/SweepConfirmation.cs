namespace MLNet.MultiTask.Search;

/// <summary>
/// Trains the trials that may be the best once more, in folds of rows divided anew and with other seeds. The lowest of
/// many noisy losses is low by luck, too; losses measured again are not.
/// </summary>
internal sealed class SweepConfirmation(TrialRunner runner, SweepFold[] folds, int searchFolds, SweepHistory? history)
{
    private const int MostLowest = 3;
    private const int MostContenders = 6;

    /// <summary>Epochs trained.</summary>
    public long Epochs { get; private set; }

    /// <summary>
    /// The lowest trials, those with fewer models within two standard errors of the lowest, and the better one of every
    /// task alone and all together.
    /// </summary>
    public static SweepTrial[] Contenders(IReadOnlyList<SweepTrial> trials)
    {
        if (SweepChoice.Lowest(trials) is not { } lowest)
            return [];
        SweepTrial[] completed = [.. trials.Where(SweepChoice.IsCompleted).OrderBy(t => t.Loss)
            .ThenBy(t => t.Point.Grouping.Count).ThenBy(t => t.Number)];
        int tasks = lowest.Point.Grouping.TaskCount;
        SweepTrial? corner = completed.FirstOrDefault(t =>
            t.Point.Grouping.Count == 1 || t.Point.Grouping.Count == tasks);
        var noise = new ChoiceNoise(completed, lowest, t => t.Losses);
        SweepTrial[] near = [.. completed.Where(t => noise.IsWithin(t, 2))];
        return [.. near.Take(MostLowest).Concat(corner is null ? [] : [corner])
            .Concat(near.OrderBy(t => t.Point.Grouping.Count)).Distinct().Take(MostContenders)
            .OrderBy(t => t.Number)];
    }

    /// <summary>
    /// The contenders with their losses in the new folds: fold by fold for all of them, so that an early end leaves the
    /// same folds of each.
    /// </summary>
    /// <param name="contenders">Completed trials.</param>
    /// <param name="goOn">Whether another fold may begin, given the epochs trained here.</param>
    /// <param name="cancellationToken">Ends it; the folds made until then count.</param>
    public SweepTrial[] Run(IReadOnlyList<SweepTrial> contenders, Func<long, bool> goOn,
        CancellationToken cancellationToken)
    {
        List<SweepTrial> left = [.. contenders];
        if (left.Count < 2)
            return [];
        for (int fold = searchFolds; fold < folds.Length && goOn(Epochs); fold++)
            if (Judge(left, fold, cancellationToken) is { } judged)
                left = judged;
            else
                break;
        // A fold that was not finished for all is left out.
        return [.. left.Where(t => t.Confirmations.Count > 0)];
    }

    /// <summary>The trials that did not fail in a fold, with their losses there; null where it was cancelled.</summary>
    private List<SweepTrial>? Judge(List<SweepTrial> trials, int fold, CancellationToken cancellationToken)
    {
        foreach (SweepTrial trial in trials)
            if (history?.Confirmed(trial.Number, fold) is { } known)
                runner.Replay(trial.Point, fold, known.Losses);
        using var source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // All are asked for at once, so that no worker waits; in order they count, so that a group that several
        // contenders hold is counted for the first of them, whichever of its results comes first.
        TrainingsAhead?[] ahead = cancellationToken.IsCancellationRequested ? [] : [.. trials.Select(t =>
            history?.Confirmed(t.Number, fold) is null ? runner.Ask(t.Point, fold, source.Token) : null)];
        try
        {
            List<SweepTrial> judged = [];
            for (int i = 0; i < trials.Count; i++)
                if (cancellationToken.IsCancellationRequested
                    || !TryJudge(trials[i], fold, ahead[i], cancellationToken, out double[]? losses))
                    return null;
                // One that fails here is out.
                else if (losses is not null)
                    judged.Add(trials[i] with { Confirmations = [.. trials[i].Confirmations, losses] });
            return judged;
        }
        finally
        {
            source.Cancel();
            foreach (TrainingsAhead? left in ahead)
                left?.LetGo();
        }
    }

    private bool TryJudge(SweepTrial trial, int fold, TrainingsAhead? ahead, CancellationToken cancellationToken,
        out double[]? losses)
    {
        if (history?.Confirmed(trial.Number, fold) is { } known)
        {
            (losses, Epochs) = (known.Losses, Epochs + known.Epochs);
            return true;
        }
        try
        {
            (losses, long epochs) = runner.JudgeAsync(trial.Point, fold, ahead, cancellationToken)
                .GetAwaiter().GetResult();
            Epochs += epochs;
            if (losses is not null)
                history?.Add(new SweepConfirmationLine(trial.Number, fold, losses, epochs));
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            losses = null;
            return false;
        }
    }
}

/// <summary>Losses of a trial in one of the new folds, length T, as a history keeps them.</summary>
internal sealed record SweepConfirmationLine(int Trial, int Fold, double[] Losses, long Epochs);
