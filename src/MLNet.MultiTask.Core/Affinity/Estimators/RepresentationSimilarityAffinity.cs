using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Numerics;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Representation similarity analysis, RSA (after Azorin et al., 2023; Dwivedi, Roig, 2019): every task is trained
/// alone; how unlike two rows are in a task's last shared layer is 1 − their Pearson correlation. T[i, j] = Spearman
/// correlation of the two tasks' dissimilarities over all pairs of the same rows, in [−1, 1]. Symmetric; the diagonal
/// is 1.
/// </summary>
/// <param name="options">How networks are trained, and how many rows are compared.</param>
public sealed class RepresentationSimilarityAffinity(RepresentationSimilarityOptions options) : ITaskAffinityEstimator
{
    // Differences below what single precision tells apart are ties: rows with one and the same active unit, for
    // instance.
    private const int TieDigits = 6;

    /// <summary>With fewer rows nothing can be compared.</summary>
    internal const int LeastRows = 3;

    private readonly RepresentationSimilarityOptions _options = options
        ?? throw new ArgumentNullException(nameof(options));

    /// <inheritdoc/>
    public string Name => "Representation similarity";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// A task has no observed training or validation row (it is named), or cannot be learned; or there are fewer than
    /// three validation rows.
    /// </exception>
    /// <exception cref="TrainingDivergedException">A task's loss became infinite or NaN.</exception>
    public TaskAffinity Estimate(TaskTable table, RowSplit split, CancellationToken cancellationToken = default) =>
        Measure(table, split, cancellationToken).Affinity;

    /// <summary>The affinity, and the operations that training took.</summary>
    internal (TaskAffinity Affinity, double Flops) Measure(TaskTable table, RowSplit split,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(split);
        _options.Validate();
        if (split.Validation.Length < LeastRows)
            throw new ArgumentException($"The split has {split.Validation.Length} validation rows; to compare " +
                $"representations, at least {LeastRows} are needed", nameof(split));
        TrainingResult[] runs = SingleTaskNetworks.Train(table, split, _options, cancellationToken);
        int[] rows = [.. split.Validation.Take(_options.Rows)];
        int n = runs.Length;
        double[][] ranks = ParallelRuns.Map(n, _options.Threads,
            t => Correlation.Ranks(Dissimilarities(runs[t].Network, table, rows)), cancellationToken);
        double[] values = SymmetricPairs.Of(n, diagonal: 1, (i, j) => Correlation.Pearson(ranks[i], ranks[j]),
            _options.Threads, cancellationToken);
        bool[] constant = [.. ranks.Select(own => !own.AsSpan().ContainsAnyExcept(own[0]))];
        var unmeasured = new UnmeasuredPairs(table.Tasks, (i, j) => constant[i] || constant[j],
            "to one of the networks all rows are equally unlike");
        return (new TaskAffinity([.. table.Tasks.Select(t => t.Name)], values, Name)
        {
            Unmeasured = unmeasured.Cells,
            Warnings = unmeasured.Warnings,
            Diagnostics = new Dictionary<string, double> { ["rows"] = rows.Length },
        }, runs.Select((run, t) => SubsetTruth.TrainingFlops(table, split, run, [t])).Sum());
    }

    /// <summary>
    /// 1 − Pearson for every pair of rows, row by row below the diagonal; a constant representation is unlike all
    /// others (1).
    /// </summary>
    internal static double[] Dissimilarities(SharedBottomNetwork network, TaskTable table, int[] rows)
    {
        float[] flat = new TrunkActivations(network, table, rows).Representation;
        int width = flat.Length / rows.Length;
        double[][] vectors = [.. flat.Chunk(width).Select(v => Array.ConvertAll(v, x => (double)x))];
        var values = new double[rows.Length * (rows.Length - 1) / 2];
        for (int a = 0, k = 0; a < rows.Length; a++)
            for (int b = 0; b < a; b++)
                values[k++] = Math.Round(1 - Correlation.Pearson(vectors[a], vectors[b]), TieDigits);
        return values;
    }
}
