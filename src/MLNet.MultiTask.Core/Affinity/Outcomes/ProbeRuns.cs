namespace MLNet.MultiTask.Affinity;

/// <summary>Real runs of groups of tasks.</summary>
/// <param name="All">The runs.</param>
/// <param name="Patience">Epochs without any progress that ended most of them.</param>
/// <param name="Patient">
/// How many of the first were as patient as the user's own training, to see what the others lack.
/// </param>
internal sealed record ProbeRuns(ProbeRun[] All, int Patience, int Patient)
{
    private const int MostPatient = 6;

    /// <summary>Trains a design.</summary>
    public static ProbeRuns Train(TaskTable table, RowSplit split, (int[] Members, int Draw)[] design,
        GradTagOptions options, CancellationToken cancellationToken)
    {
        int patience = Math.Min(options.ProbePatience, options.Training.Patience ?? int.MaxValue);
        int patient = Math.Min(MostPatient, design.Length);
        return new ProbeRuns(Probes.Train(table, split, design, EarlyStopping.PerTask,
            n => n < patient ? options.Training.Patience : patience, null, options, cancellationToken), patience, patient);
    }

    /// <summary>With more runs, made just as the user's own training and looked at by halves.</summary>
    public ProbeRuns With(TaskTable table, RowSplit split, (int[] Members, int Draw)[] design, GradTagOptions options,
        CancellationToken cancellationToken) => this with
    {
        All = [.. All, .. Probes.Train(table, split, design, options.Training.EarlyStopping,
            _ => options.Training.Patience, HalvedCourse.Halves(table, split.Validation, options.Seed), options,
            cancellationToken)],
    };

    /// <summary>
    /// Mean losses of a group's members over its runs: of those looked at by halves, each half judging at the epoch
    /// that the other chooses; where there is none, of all as they are.
    /// </summary>
    /// <param name="members">The group.</param>
    /// <param name="own">Each member at its own best epoch; otherwise all where they stop together.</param>
    /// <param name="relative">The loss of a task as it counts when training decides when to stop.</param>
    /// <param name="weights">Per task.</param>
    public double[] Mean(int[] members, bool own, Func<int, double, double> relative, double[] weights)
    {
        ProbeRun[] all = [.. All.Where(run => run.Members.AsSpan().SequenceEqual(members))];
        ProbeRun[] halved = [.. all.Where(run => run.Halves is not null)];
        double[][] plain = [.. all.Select(run => run.Outcome(own, null))],
            judged = [.. halved.Select(run => run.Halves!.Losses(own, relative, weights))];
        return [.. members.Select((_, k) => judged.Length > 0 && !judged.Any(run => double.IsNaN(run[k]))
            ? judged.Average(run => run[k]) : plain.Average(run => run[k]))];
    }
}
