using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Affinity;

/// <summary>Several linearised base networks; their mean predicts the loss of any task after fine-tuning on any subset.</summary>
internal sealed class GradTagModel
{
    private readonly TaskTable _table;
    private readonly GradTagOptions _options;

    private GradTagModel(TaskTable table, GradTagOptions options, GradTagBase[] bases) =>
        (_table, _options, Bases) = (table, options, bases);

    public GradTagBase[] Bases { get; }

    /// <summary>Trains and linearises the base networks.</summary>
    public static GradTagModel Fit(TaskTable table, RowSplit split, GradTagOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(split);
        options.Validate();
        ObservedTasks.ThrowIfAbsent(table, split);
        var bases = new GradTagBase[options.Bases];
        for (int b = 0; b < bases.Length; b++)
            bases[b] = new GradTagBase(TrainBase(table, split, options, b, cancellationToken).Network, table, split, options, cancellationToken);
        return new GradTagModel(table, options, bases);
    }

    /// <summary>Base network number <paramref name="index"/>: all tasks, up to its stage.</summary>
    public static TrainingResult TrainBase(TaskTable table, RowSplit split, GradTagOptions options, int index, CancellationToken cancellationToken)
    {
        TrainingOptions training = options.Training with
        {
            Seed = new RandomStream(options.Seed, "base", index).NextUInt64(),
            Threads = options.Threads ?? options.Training.Threads,
        };
        if (options.BaseEpochs is { } epochs)
            training = training with { MaxEpochs = epochs, MaxSteps = null, Patience = null, KeepBestWeights = false };
        int[] all = [.. Enumerable.Range(0, table.Tasks.Count)];
        return NetworkTrainer.Train(table, split, all, training, cancellationToken);
    }

    /// <summary>Predicted validation losses of the members of a subset, mean over the bases; and the mean relative step.</summary>
    public (double[] Losses, double RelativeStep) Predict(int[] subset)
    {
        var mean = new double[subset.Length];
        double step = 0;
        foreach (GradTagBase one in Bases)
        {
            (double[] losses, double relative) = one.Predict(subset, _options.Lambda);
            for (int k = 0; k < mean.Length; k++)
                mean[k] += losses[k] / Bases.Length;
            step += relative / Bases.Length;
        }
        return (mean, step);
    }

    /// <summary>The affinity from the predictions for all <paramref name="subsets"/>.</summary>
    public TaskAffinity Affinity(int[][] subsets, string method, CancellationToken cancellationToken)
    {
        var predictions = new (double[] Losses, double RelativeStep)[subsets.Length];
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = _options.Threads ?? Environment.ProcessorCount,
            CancellationToken = cancellationToken,
        };
        Parallel.For(0, subsets.Length, parallel, s => predictions[s] = Predict(subsets[s]));
        var diagnostics = new Dictionary<string, double>
        {
            ["relativeStep"] = predictions.Average(p => p.RelativeStep),
            ["linearizationError"] = LinearizationError(subsets),
            ["lambda"] = _options.Lambda,
            ["bases"] = Bases.Length,
            ["dimension"] = Bases.Average(b => b.Subspace.Dimension),
            ["subsets"] = subsets.Length,
            ["subsetSize"] = subsets.Average(s => s.Length),
        };
        string[] names = [.. _table.Tasks.Select(t => t.Name)];
        TaskAffinity affinity = SubsetAverage.ToAffinity(names, subsets, [.. predictions.Select(p => p.Losses)], method,
            _options.Standardize, diagnostics, group => Predict([.. group]).Losses);
        diagnostics["minimumPairCount"] = MinimumOffDiagonal(affinity.PairCounts!, names.Length);
        return affinity;
    }

    private double LinearizationError(int[][] subsets)
    {
        const int sample = 8;
        int[][] some = [.. Enumerable.Range(0, Math.Min(sample, subsets.Length)).Select(k => subsets[k * subsets.Length / Math.Min(sample, subsets.Length)])];
        return Bases.Average(b => b.LinearizationError(some, _options.Lambda));
    }

    private static int MinimumOffDiagonal(int[] counts, int n)
    {
        int minimum = int.MaxValue;
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                if (i != j)
                    minimum = Math.Min(minimum, counts[i * n + j]);
        return n == 1 ? 0 : minimum;
    }
}
