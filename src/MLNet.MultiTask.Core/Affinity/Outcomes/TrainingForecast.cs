using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Predicts an outcome of training any group of tasks from the start: where the group stops together, or where each
/// task stops at its own best epoch.
/// </summary>
internal sealed class TrainingForecast
{
    private readonly StoppingCourse? _course;
    private readonly PairEffects? _pairs;

    private TrainingForecast(OutcomeForecast outcome, StoppingCourse? course, PairEffects? pairs) =>
        (Outcome, _course, _pairs) = (outcome, course, pairs);

    /// <summary>What it has found.</summary>
    public OutcomeForecast Outcome { get; }

    /// <summary>Fits to real runs.</summary>
    /// <param name="tasks">All tasks.</param>
    /// <param name="runs">Real runs, and how patient they were.</param>
    /// <param name="own">Each task at its own best epoch; otherwise at the common stop.</param>
    /// <param name="relative">The loss of a task as it counts when training decides when to stop.</param>
    /// <param name="late">Per run the losses of its members that a late stage estimates; null = there is no estimate.
    /// </param>
    /// <param name="levels">Per task a loss to go by where no run holds it.</param>
    /// <param name="early">What an early stage says about pairs; null = nothing.</param>
    /// <param name="trusting">Whether losses of the late stage and of the common stop count in full, which tells losses
    /// better; otherwise the runs decide, which finds who suits whom more often.</param>
    /// <param name="quick">Whether usual variances will do.</param>
    /// <param name="threads">Upper limit of threads.</param>
    /// <param name="cancellationToken">Looked at between candidates.</param>
    public static TrainingForecast Fit(IReadOnlyList<TaskInfo> tasks, ProbeRuns runs, bool own,
        Func<int, double, double> relative, double[][]? late, double[] levels, PairEffects? early, bool trusting,
        bool quick, int? threads, CancellationToken cancellationToken)
    {
        ProbeRun[] all = runs.All;
        StoppingCourse? course = own ? null : StoppingCourse.Of(tasks, all, runs.Patience, relative);
        int[] used = [.. Enumerable.Range(0, all.Length).Where(r => !own || !all[r].EndedTogether)];
        double[][][] estimates = [.. used.Select(r => Estimates(all[r].Members, late?[r], course, early))];
        return new TrainingForecast(OutcomeForecast.Fit(levels, [.. used.Select(r => all[r])],
            [.. used.Select(r => all[r].Outcome(own, runs.Patience))], estimates,
            trusting ? (late is null ? 0 : 1) + (own ? 0 : 1) : 0,
            [.. all[..runs.Patient].Select(run => run.Outcome(own, null))], quick, threads, cancellationToken),
            course, early);
    }

    /// <summary>Expected losses of a group's members; not below 0, however far the group is from all runs.</summary>
    /// <param name="members">The group, ascending.</param>
    /// <param name="late">What the late stage estimates; null where there is none.</param>
    public double[] Losses(int[] members, double[]? late) => Array.ConvertAll(
        Outcome.Losses(members, Estimates(members, late, _course, _pairs)), loss => Math.Max(0, loss));

    /// <summary>The same with errors.</summary>
    public PredictedLoss[] Predict(int[] members, double[]? late) => Array.ConvertAll(
        Outcome.Predict(members, Estimates(members, late, _course, _pairs)),
        predicted => predicted with { Loss = Math.Max(0, predicted.Loss) });

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
