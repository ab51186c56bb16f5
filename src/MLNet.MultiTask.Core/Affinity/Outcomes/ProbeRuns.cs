namespace MLNet.MultiTask.Affinity;

/// <summary>Real runs of groups of tasks.</summary>
/// <param name="All">The runs.</param>
/// <param name="Patience">Epochs without any progress that ended most of them.</param>
/// <param name="Patient">
/// How many of the first were as patient as the user's own training, to see what the others lack.
/// </param>
internal sealed record ProbeRuns(ProbeRun[] All, int Patience, int Patient)
{
    private const int MostPatient = 6, PatienceOfTrials = 2;

    /// <summary>Trains a design.</summary>
    public static ProbeRuns Train(TaskTable table, RowSplit split, (int[] Members, int Draw)[] design,
        GradTagOptions options, CancellationToken cancellationToken)
    {
        int? own = options.Training.PatienceFor(split.Train.Length);
        int patience = Math.Min(options.ProbePatience, own ?? int.MaxValue);
        int patient = Math.Min(MostPatient, design.Length);
        return new ProbeRuns(Probes.Train(table, split, design, EarlyStopping.PerTask,
            n => n < patient ? own : patience, null, options, cancellationToken), patience, patient);
    }

    /// <summary>With more runs, that stop as the user's own training but sooner, and looked at by folds.</summary>
    public ProbeRuns With(TaskTable table, RowSplit split, (int[] Members, int Draw)[] design, GradTagOptions options,
        CancellationToken cancellationToken) => this with
    {
        All = [.. All, .. Probes.Train(table, split, design, options.Training.EarlyStopping,
            _ => Math.Min(PatienceOfTrials * options.ProbePatience,
                options.Training.PatienceFor(split.Train.Length) ?? int.MaxValue),
            new ValidationFolds(table, split.Validation, options.Seed), options, cancellationToken)],
    };

    /// <summary>
    /// Losses of a group's members in the run with some random numbers: if it was looked at by folds, each judged at
    /// the epoch that the others choose.
    /// </summary>
    /// <param name="members">The group.</param>
    /// <param name="draw">Number of the random numbers.</param>
    /// <param name="own">Each member at its own best epoch; otherwise at the common stop.</param>
    /// <param name="relative">The loss of a task as it counts when training decides when to stop.</param>
    /// <param name="weights">Per task.</param>
    public TrialLosses Losses(int[] members, int draw, bool own, Func<int, double, double> relative, double[] weights)
    {
        ProbeRun run = All.Where(r => r.Draw == draw && r.Members.AsSpan().SequenceEqual(members))
            .OrderBy(r => r.Folds is null).First();
        double[] plain = run.Outcome(own, null);
        if (run.Folds is not { } folds)
            return new TrialLosses(plain, []);
        double[][] judged = folds.Judged(own, relative, weights);
        double[] Without(int fold) => [.. folds.Mean(judged, fold).Zip(plain, (l, p) => double.IsNaN(l) ? p : l)];
        return new TrialLosses(Without(-1), [.. Enumerable.Range(0, judged.Length).Select(Without)]);
    }
}

/// <summary>What a trained group's members lose.</summary>
/// <param name="All">Per member.</param>
/// <param name="Without">Per fold of the validation rows and member: without that fold; empty = no folds.</param>
internal sealed record TrialLosses(double[] All, double[][] Without);
