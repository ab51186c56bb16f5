namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Grad-TAG (Li, Sharma, Zhang, KDD 2024): trains base networks on all tasks, then predicts from gradients alone how
/// each network would do on task i after fine-tuning on a subset S of tasks, for many S, and averages over the subsets
/// holding a pair. The random projection of the paper is replaced by a basis made of the tasks' own gradients; offset
/// and margin form are those of the authors' later code (EnsembleLoRA, ACL 2025), and each subset is one Newton step
/// from statistics that add up over tasks.
/// </summary>
/// <param name="options">How.</param>
public sealed class GradTagAffinity(GradTagOptions options) : ITaskAffinityEstimator, IGradTagEstimator
{
    /// <summary>How it estimates.</summary>
    public GradTagOptions Options { get; } = options ?? throw new ArgumentNullException(nameof(options));

    /// <inheritdoc/>
    public string Name => "Grad-TAG";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A task has no observed training or validation row (it is named), or cannot
    /// be learned.</exception>
    public TaskAffinity Estimate(TaskTable table, RowSplit split, CancellationToken cancellationToken = default) =>
        Estimate(table, split, null, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A task has no observed training or validation row (it is named), or cannot
    /// be learned.</exception>
    public TaskAffinity Estimate(TaskTable table, RowSplit split, IProgress<FitProgress>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (table.Tasks.Count == 1)
        {
            Options.Validate();
            ObservedTasks.ThrowIfAbsent(table, split);
            return new TaskAffinity([table.Tasks[0].Name], [0], Name);
        }
        GradTagModel model = GradTagModel.Fit(table, split, Options, cancellationToken, progress);
        int[][] subsets = Draw(table.Tasks.Count, cancellationToken);
        return model.Affinity(subsets, model.Predict(subsets, cancellationToken), Name);
    }

    private int[][] Draw(int tasks, CancellationToken cancellationToken) => AffinitySubsets.Draw(tasks,
        SubsetSize(Options, tasks), Options.Subsets, Options.PairCoverage, Options.Seed, cancellationToken);

    /// <summary>Tasks in a sampled subset.</summary>
    internal static int SubsetSize(GradTagOptions options, int tasks) => options.SubsetSize is { } size && size > tasks
        ? throw new ArgumentOutOfRangeException(nameof(tasks), tasks,
            $"SubsetSize is {size}; it must be at most the number of tasks")
        : options.SubsetSize ?? AffinitySubsets.DefaultSize(tasks);
}
