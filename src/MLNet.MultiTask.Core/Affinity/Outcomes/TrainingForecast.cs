using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Predicts both outcomes of training any group of tasks from the start: where the group stops together, and where each
/// task stops at its own best epoch.
/// </summary>
internal sealed class TrainingForecast
{
    // The third, whose weights the runs decide, finds who suits whom more often; the others tell losses better.
    private readonly OutcomeForecast _common, _own, _learned;
    private readonly StoppingCourse _course;
    private readonly PairEffects? _pairs;
    private readonly bool _ownBest;

    private TrainingForecast(OutcomeForecast common, OutcomeForecast own, OutcomeForecast learned,
        StoppingCourse course, PairEffects? pairs, bool ownBest) =>
        (_common, _own, _learned, _course, _pairs, _ownBest) = (common, own, learned, course, pairs, ownBest);

    /// <summary>The forecast of the outcome that counts.</summary>
    public OutcomeForecast Counting => _ownBest ? _own : _common;

    /// <summary>Fits to real runs.</summary>
    /// <param name="tasks">All tasks.</param>
    /// <param name="runs">Real runs, and how patient they were.</param>
    /// <param name="relative">The loss of a task as it counts when training decides when to stop.</param>
    /// <param name="late">Per run the losses of its members that a late stage estimates; null = there is no estimate.
    /// </param>
    /// <param name="levels">Per task a loss to go by where no run holds it.</param>
    /// <param name="early">What an early stage says about pairs; null = nothing.</param>
    /// <param name="ownBest">Whether the tasks' own best epochs are the outcome that counts; otherwise the common stop.
    /// </param>
    /// <param name="quick">Whether usual variances will do.</param>
    /// <param name="threads">Upper limit of threads.</param>
    /// <param name="cancellationToken">Looked at between candidates.</param>
    public static TrainingForecast Fit(IReadOnlyList<TaskInfo> tasks, ProbeRuns runs,
        Func<int, double, double> relative,
        double[][]? late, double[] levels, PairEffects? early, bool ownBest, bool quick, int? threads,
        CancellationToken cancellationToken)
    {
        ProbeRun[] all = runs.All;
        StoppingCourse course = StoppingCourse.Of(tasks, all, runs.Patience, relative);
        OutcomeForecast Fit(bool own, bool trusting)
        {
            int[] used = [.. Enumerable.Range(0, all.Length).Where(r => !own || !all[r].EndedTogether)];
            ProbeRun[] some = [.. used.Select(r => all[r])];
            double[][] outcomes = [.. some.Select(run => run.Outcome(own, runs.Patience))];
            double[][] full = [.. all[..runs.Patient].Select(run => run.Outcome(own, null))];
            return OutcomeForecast.Fit(levels, some, outcomes, [.. some.Select((run, place) => Estimates(run.Members,
                late?[used[place]], own ? null : course, early))],
                trusting ? (late is null ? 0 : 1) + (own ? 0 : 1) : 0, full, quick, threads, cancellationToken);
        }
        return new TrainingForecast(Fit(own: false, trusting: true), Fit(own: true, trusting: true),
            Fit(ownBest, trusting: false), course, early, ownBest);
    }

    /// <summary>Expected losses of a group's members.</summary>
    /// <param name="members">The group, ascending.</param>
    /// <param name="late">What the late stage estimates; null where there is none.</param>
    /// <param name="own">Each at its own best epoch; otherwise at the common stop.</param>
    public double[] Losses(int[] members, double[]? late, bool own) =>
        (own ? _own : _common).Losses(members, Estimates(members, late, own ? null : _course, _pairs));

    /// <summary>
    /// The same of the outcome that counts, by a forecast that takes no estimate for what it says.
    /// </summary>
    public double[] LearnedLosses(int[] members, double[]? late) =>
        _learned.Losses(members, Estimates(members, late, _ownBest ? null : _course, _pairs));

    /// <summary>The same of both outcomes, with errors.</summary>
    public GroupPrediction Predict(int[] members, double[]? late) =>
        new(_common.Predict(members, Estimates(members, late, _course, _pairs)),
            _own.Predict(members, Estimates(members, late, null, _pairs)));

    private static double[][] Estimates(int[] members, double[]? late, StoppingCourse? course, PairEffects? pairs)
    {
        List<double[]> all = [];
        if (late is not null)
            all.Add(late);
        if (course is not null)
            all.Add(course.Expected(members));
        if (pairs is not null)
            all.Add(pairs.Of(members));
        return [.. all];
    }
}
