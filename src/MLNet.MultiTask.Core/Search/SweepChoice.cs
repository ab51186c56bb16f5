namespace MLNet.MultiTask.Search;

/// <summary>Chooses among trials.</summary>
internal static class SweepChoice
{
    private const double Longer = 1.25;

    /// <summary>The completed trial of the lowest loss; null where there is none.</summary>
    public static SweepTrial? Lowest(IEnumerable<SweepTrial> trials) =>
        trials.Where(IsCompleted).OrderBy(t => t.Loss).ThenBy(t => t.Point.Grouping.Count).ThenBy(t => t.Number)
            .FirstOrDefault();

    /// <summary>
    /// The trial with fewest models that is no more than one standard error of the difference worse than the lowest,
    /// by the losses that were measured again where that was done for several; where the noise is unknown, the lowest.
    /// </summary>
    public static SweepTrial? FewestWithinNoise(IReadOnlyList<SweepTrial> trials)
    {
        SweepTrial[] confirmed = [.. trials.Where(t => t.Confirmations.Count > 0)];
        if (confirmed.Length > 1)
            return FewestWithinNoise(confirmed, t => t.Confirmations);
        return FewestWithinNoise([.. trials.Where(IsCompleted)], t => t.Losses);
    }

    private static SweepTrial? FewestWithinNoise(SweepTrial[] trials, Func<SweepTrial, IReadOnlyList<double[]>> losses)
    {
        SweepTrial[] ordered = [.. trials.OrderBy(t => SweepLosses.Mean(losses(t)))
            .ThenBy(t => t.Point.Grouping.Count).ThenBy(t => t.Number)];
        if (ordered.Length == 0)
            return null;
        var noise = new ChoiceNoise(ordered, ordered[0], losses);
        return ordered.Where(t => noise.IsWithin(t, 1)).OrderBy(t => t.Point.Grouping.Count).First();
    }

    /// <summary>
    /// The completed trials that none betters in loss, number of models, bytes and time at once, from few models to
    /// many. Times are measured, so that only those count as longer that are by more than a quarter.
    /// </summary>
    public static IEnumerable<SweepTrial> Pareto(IEnumerable<SweepTrial> trials)
    {
        SweepTrial[] completed = [.. trials.Where(IsCompleted).OrderBy(t => t.Point.Grouping.Count).ThenBy(t => t.Loss)
            .ThenBy(t => t.Number)];
        return completed.Where(t => !completed.Any(other => Betters(other, t)));

        // A size or time that is not known is no reason.
        static bool Betters(SweepTrial a, SweepTrial b)
        {
            (int Own, int Other) models = (a.Point.Grouping.Count, b.Point.Grouping.Count);
            (long Own, long Other) bytes = (a.Bytes ?? 0, b.Bytes ?? 0);
            (double Own, double Other) time = (a.MicrosecondsPerRow, b.MicrosecondsPerRow);
            bool noWorse = a.Loss <= b.Loss && models.Own <= models.Other && bytes.Own <= bytes.Other
                && !(time.Own > time.Other * Longer);
            bool better = a.Loss < b.Loss || models.Own < models.Other || bytes.Own < bytes.Other
                || time.Own * Longer < time.Other;
            return noWorse && (better || a.Number < b.Number);
        }
    }

    /// <summary>Single, all, the best other grouping and the choice, held against the choice.</summary>
    public static IEnumerable<SweepArm> Table(IReadOnlyList<SweepTrial> trials, SweepTrial choice)
    {
        int tasks = choice.Point.Grouping.TaskCount;
        TaskGrouping single = TaskGrouping.Single(tasks), all = TaskGrouping.All(tasks);
        (string Name, SweepTrial? Trial)[] rows =
        [
            ("single", Lowest(trials.Where(t => t.Point.Grouping.Equals(single)))),
            ("all", Lowest(trials.Where(t => t.Point.Grouping.Equals(all)))),
            ("grouped", Lowest(trials.Where(t => !t.Point.Grouping.Equals(single) && !t.Point.Grouping.Equals(all)))),
            ("best", choice),
        ];
        foreach (var (name, trial) in rows)
            if (trial is not null)
            {
                bool again = trial.Confirmations.Count > 0 && choice.Confirmations.Count > 0;
                (double mean, double error) = again ? SweepLosses.Difference(trial.Confirmations, choice.Confirmations)
                    : SweepLosses.Difference(trial.Losses, choice.Losses);
                yield return new SweepArm(name, trial, mean, error);
            }
    }

    /// <summary>
    /// Per task the trained group that serves it: the choice's own, or with an ensemble another that was better in the
    /// folds by more than a standard error.
    /// </summary>
    public static string[] Serving(SweepTrial choice, GroupCache cache, bool ensemble)
    {
        var serving = new string[choice.Point.Grouping.TaskCount];
        foreach (TaskGroup group in choice.Point.Grouping.Groups)
            foreach (int task in group.Served)
                serving[task] = GroupCache.Key(choice.Point, group);
        if (!ensemble)
            return serving;
        var groups = cache.Complete(choice.Losses.Count).ToArray();
        for (int task = 0; task < serving.Length; task++)
        {
            double[] own = [.. choice.Losses.Select(fold => fold[task])];
            double lowest = SweepLosses.Average(own);
            foreach (var (group, folds) in groups)
            {
                double[] gains = [.. folds.Select((score, f) => own[f] - score.Loss(task))];
                double loss = SweepLosses.Average(folds.Select(score => score.Loss(task)));
                if (loss < lowest && SweepLosses.Average(gains) > SweepLosses.Error(gains))
                    (serving[task], lowest) = (group, loss);
            }
        }
        return serving;
    }

    /// <summary>Whether a trial may be chosen.</summary>
    public static bool IsCompleted(SweepTrial trial) => trial.Status == SweepTrialStatus.Completed
        && !trial.IsOverLimit;
}
