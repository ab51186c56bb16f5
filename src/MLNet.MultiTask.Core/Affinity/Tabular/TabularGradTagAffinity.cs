using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// Grad-TAG (Li, Sharma, Zhang, KDD 2024) on tabular networks: base networks are trained on all tasks and linearised in
/// the parameters before their heads; from gradients alone follows how each would do on task i after fine-tuning on a
/// subset S, for many S, and the average over the subsets that hold a pair is the affinity. Statistics, the step of a
/// subset and the average are those of <see cref="GradTagAffinity"/>; the heads stay as they are.
/// </summary>
/// <param name="options">How.</param>
public sealed class TabularGradTagAffinity(TabularGradTagOptions options) : ITaskAffinityEstimator
{
    /// <summary>How it estimates.</summary>
    public TabularGradTagOptions Options { get; } = options ?? throw new ArgumentNullException(nameof(options));

    /// <inheritdoc/>
    public string Name => "Grad-TAG (tabular network)";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A task has no observed training or validation row (it is named), or cannot
    /// be learned.</exception>
    public TaskAffinity Estimate(TaskTable table, RowSplit split, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(split);
        Options.Validate();
        ObservedTasks.ThrowIfAbsent(table, split);
        int tasks = table.Tasks.Count;
        if (Options.SubsetSize > tasks)
            throw new ArgumentOutOfRangeException(nameof(table), tasks, $"{nameof(TabularGradTagOptions.SubsetSize)} " +
                $"is {Options.SubsetSize}; it must be at most the number of tasks");
        int[][] subsets = AffinitySubsets.Draw(tasks, Options.SubsetSize ?? AffinitySubsets.DefaultSize(tasks),
            Options.Subsets, Options.PairCoverage, Options.Seed, cancellationToken);
        var losses = new double[subsets.Length][];
        double dimension = 0;
        for (int b = 0; b < Options.Bases; b++)
        {
            LinearizedTabular one = Base(table, split, b, cancellationToken);
            dimension += (double)one.Dimension / Options.Bases;
            double[][] own = ParallelRuns.Map(subsets.Length, Options.Threads, s => one.Predict(subsets[s]),
                cancellationToken);
            for (int s = 0; s < subsets.Length; s++)
                losses[s] = losses[s] is null ? own[s] : [.. losses[s].Zip(own[s], (sum, loss) => sum + loss)];
        }
        return SubsetAverage.ToAffinity([.. table.Tasks.Select(t => t.Name)], subsets,
            [.. losses.Select(l => l.Select(sum => sum / Options.Bases).ToArray())], Name, Options.Standardize,
            new Dictionary<string, double>
            {
                ["bases"] = Options.Bases, ["dimension"] = dimension, ["subsets"] = subsets.Length,
                ["subsetSize"] = subsets.Average(s => s.Length),
            });
    }

    /// <summary>One base network, trained and linearised.</summary>
    internal LinearizedTabular Base(TaskTable table, RowSplit split, int index, CancellationToken cancellationToken)
    {
        GroupFit fit = new TabularLearner(Options.Training).Fit(table, split,
            [.. Enumerable.Range(0, table.Tasks.Count)], new LearnerRun
            {
                Seed = new RandomStream(Options.Seed, "base", index).NextUInt64(),
                Threads = Options.Threads,
                CancellationToken = cancellationToken,
            });
        return new LinearizedTabular((TabularNetwork)fit.Models[0].Model, table, split, Options,
            Options.Threads ?? Environment.ProcessorCount, cancellationToken);
    }
}
