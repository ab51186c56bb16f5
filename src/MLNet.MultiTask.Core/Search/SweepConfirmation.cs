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
        SweepTrial? corner = completed.FirstOrDefault(t => t.Point.Grouping.Count == 1 || t.Point.Grouping.Count == tasks);
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
        {
            List<SweepTrial> judged = [];
            foreach (SweepTrial trial in left)
            {
                if (cancellationToken.IsCancellationRequested || !TryJudge(trial, fold, cancellationToken, out double[]? losses))
                    return Judged(left);
                // One that fails here is out.
                if (losses is not null)
                    judged.Add(trial with { Confirmations = [.. trial.Confirmations, losses] });
            }
            left = judged;
        }
        return Judged(left);

        // A fold that was not finished for all is left out.
        static SweepTrial[] Judged(List<SweepTrial> trials) => [.. trials.Where(t => t.Confirmations.Count > 0)];
    }

    private bool TryJudge(SweepTrial trial, int fold, CancellationToken cancellationToken, out double[]? losses)
    {
        if (history?.Confirmed(trial.Number, fold) is { } known)
        {
            runner.Replay(trial.Point, fold, known.Losses);
            (losses, Epochs) = (known.Losses, Epochs + known.Epochs);
            return true;
        }
        try
        {
            (losses, long epochs) = runner.JudgeAsync(trial.Point, fold, cancellationToken)
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
