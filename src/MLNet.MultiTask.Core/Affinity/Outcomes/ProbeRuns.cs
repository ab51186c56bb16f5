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
            n => n < patient ? options.Training.Patience : patience, options, cancellationToken), patience, patient);
    }

    /// <summary>With more runs, made just as the user's own training.</summary>
    public ProbeRuns With(TaskTable table, RowSplit split, (int[] Members, int Draw)[] design, GradTagOptions options,
        CancellationToken cancellationToken) => this with
    {
        All = [.. All, .. Probes.Train(table, split, design, options.Training.EarlyStopping,
            _ => options.Training.Patience, options, cancellationToken)],
    };

    /// <summary>Mean outcome of a group over its runs.</summary>
    /// <param name="members">The group.</param>
    /// <param name="own">Each member at its own best epoch; otherwise all where they stop together.</param>
    /// <param name="from">Number of the first run that counts.</param>
    public double[] Mean(int[] members, bool own, int from)
    {
        double[][] runs = [.. All[from..].Where(run => run.Members.AsSpan().SequenceEqual(members))
            .Select(run => run.Outcome(own, null))];
        return [.. members.Select((_, k) => runs.Average(run => run[k]))];
    }
}
