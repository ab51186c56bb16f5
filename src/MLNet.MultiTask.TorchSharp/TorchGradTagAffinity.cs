using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Torch;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// Grad-TAG (Li, Sharma, Zhang, KDD 2024) on any TorchSharp module: base modules are trained on all tasks and
/// linearised in the parameters that the tasks share; from gradients alone follows how each would do on task i after
/// fine-tuning on a subset S, for many S, and the average over the subsets that hold a pair is the affinity.
/// Statistics, the step of a subset and the average are those of <see cref="GradTagAffinity"/>; the heads stay as they
/// are.
/// </summary>
/// <param name="options">How.</param>
public sealed class TorchGradTagAffinity(TorchGradTagOptions options) : ITaskAffinityEstimator
{
    /// <summary>How it estimates.</summary>
    public TorchGradTagOptions Options { get; } = options ?? throw new ArgumentNullException(nameof(options));

    /// <inheritdoc/>
    public string Name => "Grad-TAG (module)";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A task has no observed training or validation row (it is named), or cannot
    /// be learned.</exception>
    /// <exception cref="DllNotFoundException">TorchSharp's libraries cannot be loaded; what is missing is
    /// said.</exception>
    public TaskAffinity Estimate(TaskTable table, RowSplit split, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(split);
        Options.Validate();
        TorchLibrary.ThrowIfAbsent();
        ObservedTasks.ThrowIfAbsent(table, split);
        int tasks = table.Tasks.Count;
        if (Options.SubsetSize > tasks)
            throw new ArgumentOutOfRangeException(nameof(table), tasks,
                $"{nameof(TorchGradTagOptions.SubsetSize)} is {Options.SubsetSize}; it must be at most the number of " +
                $"tasks");
        int[][] subsets = AffinitySubsets.Draw(tasks, Options.SubsetSize ?? AffinitySubsets.DefaultSize(tasks),
            Options.Subsets, Options.PairCoverage, Options.Seed, cancellationToken);
        var losses = new double[subsets.Length][];
        double dimension = 0;
        for (int b = 0; b < Options.Bases; b++)
        {
            using LinearizedModule one = Base(table, split, b, cancellationToken);
            dimension += (double)one.Dimension / Options.Bases;
            for (int s = 0; s < subsets.Length; s++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                double[] own = one.Predict(subsets[s]);
                losses[s] = losses[s] is null ? own : [.. losses[s].Zip(own, (sum, loss) => sum + loss)];
            }
        }
        return SubsetAverage.ToAffinity([.. table.Tasks.Select(t => t.Name)], subsets,
            [.. losses.Select(l => l.Select(sum => sum / Options.Bases).ToArray())], Name, Options.Standardize,
            new Dictionary<string, double>
            {
                ["bases"] = Options.Bases, ["dimension"] = dimension, ["subsets"] = subsets.Length,
                ["subsetSize"] = subsets.Average(s => s.Length),
            });
    }

    /// <summary>One base module, trained and linearised.</summary>
    internal LinearizedModule Base(TaskTable table, RowSplit split, int index, CancellationToken cancellationToken)
    {
        int[] all = [.. Enumerable.Range(0, table.Tasks.Count)];
        TorchModuleLearner learner = new(Options.Module);
        GroupFit fit = learner.Fit(table, split, all, new LearnerRun
        {
            Seed = new RandomStream(Options.Seed, "base", index).NextUInt64(),
            Threads = Options.Threads,
            CancellationToken = cancellationToken,
        });
        var model = (TorchModuleModel)fit.Models[0].Model;
        var flat = new float[model.Layout.Length];
        model.Layout.Export(flat);
        using var threads = new TorchThreads(Options.Threads ?? Environment.ProcessorCount);
        return new LinearizedModule(model.Module, flat, new TrainingProblem(table, split, all), Options,
            cancellationToken);
    }
}
