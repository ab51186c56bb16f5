namespace MLNet.MultiTask.Affinity;

/// <summary>Real runs of groups of tasks.</summary>
/// <param name="All">The runs.</param>
/// <param name="Patience">Epochs without any progress that ended most of them.</param>
/// <param name="Patient">
/// How many of the first were as patient as the user's own training, to see what patience the others need and what they
/// still lack.
/// </param>
internal sealed record ProbeRuns(ProbeRun[] All, int Patience, int Patient)
{
    private const int MostPatient = 6, PatienceOfTrials = 2;

    // What the patient runs may lose by less patience, as a share of their losses.
    private const double MostLost = 0.01;

    /// <summary>Trains a design.</summary>
    public static ProbeRuns Train(TaskTable table, RowSplit split, (int[] Members, int Draw)[] design,
        GradTagOptions options, CancellationToken cancellationToken)
    {
        int? own = options.Training.PatienceFor(split.Train.Length);
        int patient = Math.Min(MostPatient, design.Length);
        ProbeRun[] Train((int[] Members, int Draw)[] part, int? patience) => Probes.Train(table, split, part,
            EarlyStopping.PerTask, patience, null, options, cancellationToken);
        ProbeRun[] first = Train(design[..patient], own);
        int patience = EnoughFor(first, options.ProbePatience, own ?? int.MaxValue);
        return new ProbeRuns([.. first, .. Train(design[patient..], patience)], patience, patient);
    }

    /// <summary>The same runs as if they had been less patient.</summary>
    /// <param name="patience">Epochs without any progress.</param>
    public ProbeRuns Sooner(int patience) => this with { Patience = Math.Min(patience, Patience) };

    /// <summary>With more runs, that stop as the user's own training but sooner, and looked at by folds.</summary>
    public ProbeRuns With(TaskTable table, RowSplit split, (int[] Members, int Draw)[] design, GradTagOptions options,
        CancellationToken cancellationToken) => this with
    {
        All = [.. All, .. Probes.Train(table, split, design, options.Training.EarlyStopping,
            (int)Math.Min((long)PatienceOfTrials * options.ProbePatience,
                options.Training.PatienceFor(split.Train.Length) ?? int.MaxValue),
            new ValidationFolds(table, split.Validation, options.Seed), options, cancellationToken)],
    };

    /// <summary>
    /// The patience, least, twice that, four times …, with which runs are nearly as good as with their own; at most
    /// their own.
    /// </summary>
    /// <param name="runs">Real runs with all the patience there is.</param>
    /// <param name="least">Epochs, at least 1.</param>
    /// <param name="own">Their own.</param>
    internal static int EnoughFor(ProbeRun[] runs, int least, int own)
    {
        double Lost(int patience, bool ownBest) => runs.Sum(run => run.Outcome(ownBest, patience)
            .Zip(run.Outcome(ownBest, null), (sooner, later) => Math.Abs(sooner - later)).Sum())
            / runs.Sum(run => run.Outcome(ownBest, null).Sum(Math.Abs));
        long patience = least;
        while (patience < own && Math.Max(Lost((int)patience, ownBest: false), Lost((int)patience, ownBest: true))
            > MostLost)
            patience *= 2;
        return (int)Math.Min(patience, own);
    }

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
