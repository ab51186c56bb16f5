using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Affinity;

/// <summary>Several linearised base networks; their mean predicts the loss of any task after training on any subset.</summary>
internal sealed class GradTagModel
{
    private const int Probes = 5;
    private const int MostFineTuningEpochs = 20;

    private readonly TaskTable _table;
    private readonly GradTagOptions _options;
    private readonly Dictionary<string, double> _diagnostics = [];

    private GradTagModel(TaskTable table, GradTagOptions options) => (_table, _options) = (table, options);

    public GradTagBase[] Bases { get; private set; } = [];

    public StepLength Length { get; private set; }

    /// <summary>Trains the base networks, picks stage and step length, linearises.</summary>
    public static GradTagModel Fit(TaskTable table, RowSplit split, GradTagOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(split);
        options.Validate();
        ObservedTasks.ThrowIfAbsent(table, split);
        var model = new GradTagModel(table, options);
        BaseRun[] runs = [.. Enumerable.Range(0, options.Bases).Select(b => BaseRun.Train(table, split, options, b, cancellationToken))];
        GradTagBase Linearize(SharedBottomNetwork network) => new(network, table, split, options, cancellationToken);
        double flops = runs.Sum(r => r.Flops);
        if (options.Stage == BaseStage.Automatic && options.BaseEpochs is null && table.Tasks.Count > 2)
        {
            StageSearch.Choice choice = StageSearch.Run(table, split, runs, options, Linearize, cancellationToken);
            (model.Bases, model.Length) = (choice.Bases, choice.Length);
            model._diagnostics["baseEpochs"] = choice.Epochs ?? 0;
            model._diagnostics["stageCorrelation"] = choice.Correlation;
            model._diagnostics["stageCeiling"] = choice.Ceiling;
            flops += choice.Flops;
        }
        else
        {
            model.Bases = [.. runs.Select(r => Linearize(r.Result.Network))];
            (model.Length, double probing) = Calibrate(table, split, model.Bases[0], options, cancellationToken);
            model._diagnostics["baseEpochs"] = options.BaseEpochs ?? 0;
            flops += model.Bases.Sum(b => b.Flops) + probing;
        }
        if (model.Length.Epochs > 0)
            model._diagnostics["fineTuningEpochs"] = model.Length.Epochs;
        model._diagnostics["fixedFlops"] = flops;
        model._diagnostics["flopsPerSubset"] = model.Bases.Sum(b => b.FlopsPerSubset(AffinitySubsets.DefaultSize(table.Tasks.Count)));
        return model;
    }

    /// <summary>Predicted validation losses of the members of a subset, mean over the bases; and the mean relative step.</summary>
    public (double[] Losses, double RelativeStep) Predict(int[] subset) => Predict(Bases, subset, Length);

    public static (double[] Losses, double RelativeStep) Predict(GradTagBase[] bases, int[] subset, StepLength length)
    {
        var mean = new double[subset.Length];
        double step = 0;
        foreach (GradTagBase one in bases)
        {
            (double[] losses, double relative) = one.Predict(subset, length);
            for (int k = 0; k < mean.Length; k++)
                mean[k] += losses[k] / bases.Length;
            step += relative / bases.Length;
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
        _diagnostics["relativeStep"] = predictions.Average(p => p.RelativeStep);
        _diagnostics["linearizationError"] = LinearizationError(subsets);
        _diagnostics["bases"] = Bases.Length;
        _diagnostics["dimension"] = Bases.Average(b => b.Subspace.Dimension);
        _diagnostics["subsets"] = subsets.Length;
        _diagnostics["subsetSize"] = subsets.Average(s => s.Length);
        if (Length.Lambda is { } lambda)
            _diagnostics["lambda"] = lambda;
        string[] names = [.. _table.Tasks.Select(t => t.Name)];
        TaskAffinity affinity = SubsetAverage.ToAffinity(names, subsets, [.. predictions.Select(p => p.Losses)], method,
            _options.Standardize, _diagnostics, group => Predict([.. group]).Losses);
        _diagnostics["minimumPairCount"] = MinimumOffDiagonal(affinity.PairCounts!, names.Length);
        return affinity;
    }

    // Real fine-tuning of a few subsets says how many epochs help; the Euclidean penalty is the one that predicts their losses best.
    private static (StepLength Length, double Flops) Calibrate(TaskTable table, RowSplit split, GradTagBase first, GradTagOptions options,
        CancellationToken cancellationToken)
    {
        bool adam = options.Geometry == StepGeometry.AdamW;
        if (options.Lambda is { } given)
            return (new StepLength(given, 0), 0);
        if (adam && options.FineTuningEpochs is { } known)
            return (new StepLength(null, known), 0);
        int[][] probes = AffinitySubsets.HoldOut(table.Tasks.Count, Probes, new RandomStream(options.Seed, "probes").NextUInt64());
        int threads = options.Threads ?? Environment.ProcessorCount;
        var truth = new SubsetTruth(table, split, probes, options.Training, options.Seed, threads, cancellationToken);
        int epochs = options.FineTuningEpochs ?? truth.MedianBestEpoch(first.Network, MostFineTuningEpochs);
        double flopsPerEpoch = 3 * 2.0 * first.Network.Shape.ParameterCount * split.Train.Length * probes.Length;
        if (adam)
            return (new StepLength(null, epochs), flopsPerEpoch * MostFineTuningEpochs);
        double[][] real = truth.FineTuned([first.Network], epochs, 1).Mean;
        double lambda = Enumerable.Range(-6, 13).Select(k => 0.1 * Math.Pow(2, 0.5 * k)).MinBy(l => SubsetValues.RelativeError(
            [.. probes.Select(s => first.Predict(s, new StepLength(l, 0)).Losses)], real));
        return (new StepLength(lambda, epochs), flopsPerEpoch * (MostFineTuningEpochs + epochs));
    }

    private double LinearizationError(int[][] subsets)
    {
        const int sample = 8;
        int count = Math.Min(sample, subsets.Length);
        int[][] some = [.. Enumerable.Range(0, count).Select(k => subsets[k * subsets.Length / count])];
        return Bases.Average(b => b.LinearizationError(some, Length));
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
