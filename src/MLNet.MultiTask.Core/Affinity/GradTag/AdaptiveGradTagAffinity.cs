namespace MLNet.MultiTask.Affinity;

/// <summary>
/// <see cref="GradTagAffinity"/> that samples as many subsets as the grouping needs: rounds are drawn, each as
/// <see cref="GradTagOptions.Subsets"/> and <see cref="GradTagOptions.PairCoverage"/> say, until the groupings made
/// from their average no longer change. Diagnostics: "rounds", and "settled", 1 where the groupings settled, 0 where
/// the limit of rounds or of subsets came first. Up to three tasks, all subsets are one round.
/// </summary>
/// <param name="options">How subsets are predicted; <see cref="Round"/> makes rounds small.</param>
/// <param name="solver">Groups the tasks of an affinity into a number of groups; what sampling watches.</param>
/// <param name="sampling">When to stop; null = defaults.</param>
public sealed class AdaptiveGradTagAffinity(GradTagOptions options, Func<TaskAffinity, int, TaskGrouping> solver,
    AdaptiveSamplingOptions? sampling = null) : ITaskAffinityEstimator, IGradTagEstimator
{
    /// <summary>How subsets are predicted, and how many a round has.</summary>
    public GradTagOptions Options { get; } = options ?? throw new ArgumentNullException(nameof(options));

    /// <summary>Groups the tasks of an affinity into a number of groups.</summary>
    public Func<TaskAffinity, int, TaskGrouping> Solver { get; } =
        solver ?? throw new ArgumentNullException(nameof(solver));

    /// <summary>When sampling stops.</summary>
    public AdaptiveSamplingOptions Sampling { get; } = sampling ?? new();

    /// <inheritdoc/>
    public string Name => "Grad-TAG";

    /// <summary>The options with small rounds: as few subsets as hold every pair twice.</summary>
    public static GradTagOptions Round(GradTagOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options with { Subsets = 0, PairCoverage = 2 };
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// A task has no observed training or validation row (it is named), or cannot be learned.
    /// </exception>
    public TaskAffinity Estimate(TaskTable table, RowSplit split, CancellationToken cancellationToken = default)
    {
        Sampling.Validate();
        GradTagModel model = GradTagModel.Fit(table, split, Options, cancellationToken);
        int tasks = table.Tasks.Count;
        AdaptiveSample<SubsetPrediction> sample =
            AdaptiveSampling.Run(tasks, Sampling, Solver, Rounds(tasks, cancellationToken),
            round => model.Predict(round, cancellationToken), (subsets, predictions) =>
                model.Average(subsets, predictions, Name), cancellationToken);
        return model.Affinity(sample.Subsets, sample.Predictions, Name, ("rounds", sample.Rounds),
            ("settled", sample.Settled ? 1 : 0));
    }

    private Func<int[][]> Rounds(int tasks, CancellationToken cancellationToken)
    {
        int size = GradTagAffinity.SubsetSize(Options, tasks);
        if (tasks > 3)
        {
            var sampler = new CoveringSubsets(tasks, size, Options.Seed, cancellationToken);
            int covered = 0;
            return () =>
            {
                int coverage = Math.Max(Options.PairCoverage,
                    (int)Math.Min(int.MaxValue / 2, (Sampling.Growth - 1) * covered));
                covered += coverage;
                return sampler.Next(coverage, Options.Subsets);
            };
        }
        int[][] left = AffinitySubsets.Draw(tasks, size, Options.Subsets, Options.PairCoverage, Options.Seed,
            cancellationToken);
        return () => Interlocked.Exchange(ref left, []);
    }
}
