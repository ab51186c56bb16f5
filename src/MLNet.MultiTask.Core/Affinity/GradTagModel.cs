using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Affinity;

/// <summary>Several linearised base networks; their mean predicts the loss of any task after training on any subset.</summary>
internal sealed class GradTagModel
{
    private const int Probes = 12;
    private const int MostFineTuningEpochs = 20;

    private readonly TaskTable _table;
    private readonly GradTagOptions _options;
    private readonly Dictionary<string, double> _diagnostics = [];

    private readonly PhaseClock _clock = new();
    private readonly CancellationToken _cancellationToken;

    private GradTagModel(TaskTable table, GradTagOptions options, CancellationToken cancellationToken) =>
        (_table, _options, _cancellationToken) = (table, options, cancellationToken);

    public GradTagBase[] Bases { get; private set; } = [];

    public StepLength Length { get; private set; }

    /// <summary>Trains the base networks, picks stage and step length, linearises.</summary>
    public static GradTagModel Fit(TaskTable table, RowSplit split, GradTagOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(split);
        options.Validate();
        ObservedTasks.ThrowIfAbsent(table, split);
        var model = new GradTagModel(table, options, cancellationToken);
        BaseRun[] runs = model._clock.Measure("baseNetworks", () => BaseRun.TrainAll(table, split, options, cancellationToken));
        GradTagBase[] Linearize(SharedBottomNetwork[] networks) => ParallelRuns.MapInWaves(networks.Length, options.Threads,
            (b, threads) => new GradTagBase(networks[b], table, split, options with { Threads = threads }, cancellationToken), cancellationToken);
        double flops = runs.Sum(r => r.Flops);
        if (options.Stage == BaseStage.Automatic && options.BaseEpochs is null && table.Tasks.Count > 2)
        {
            StageSearch.Choice choice = model._clock.Measure("stageSearch",
                () => StageSearch.Run(table, split, runs, options, Linearize, cancellationToken));
            (model.Bases, model.Length) = (choice.Bases, choice.Length);
            model._diagnostics["baseEpochs"] = choice.Epochs ?? 0;
            model._diagnostics["stageCorrelation"] = choice.Correlation;
            model._diagnostics["stageCeiling"] = choice.Ceiling;
            model._diagnostics["fixedFlops"] = flops + choice.Flops;
        }
        else
        {
            model.Bases = model._clock.Measure("linearization", () => Linearize([.. runs.Select(r => r.Result.Network)]));
            model._diagnostics["baseEpochs"] = options.BaseEpochs ?? 0;
            model._diagnostics["fixedFlops"] = flops + model.Bases.Sum(b => b.Flops);
            model.Length = model._clock.Measure("calibration", () => model.Calibrate(table, split));
        }
        if (model.Length.Lambda is { } lambda)
            model._diagnostics["lambda"] = lambda;
        else
            model._diagnostics["stepEpochs"] = model.Length.Epochs;
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
        (double[] Losses, double RelativeStep)[] predictions = _clock.Measure("subsets", () => ParallelRuns.Map(subsets.Length,
            _options.Threads, s => Predict(subsets[s]), cancellationToken));
        _diagnostics["relativeStep"] = predictions.Average(p => p.RelativeStep);
        _diagnostics["linearizationError"] = _clock.Measure("linearizationError", () => LinearizationError(subsets));
        _diagnostics["bases"] = Bases.Length;
        _diagnostics["dimension"] = Bases.Average(b => b.Subspace.Dimension);
        _diagnostics["subsets"] = subsets.Length;
        _diagnostics["subsetSize"] = subsets.Average(s => s.Length);
        string[] names = [.. _table.Tasks.Select(t => t.Name)];
        TaskAffinity affinity = SubsetAverage.ToAffinity(names, subsets, [.. predictions.Select(p => p.Losses)], method,
            _options.Standardize, _diagnostics, group => Predict([.. group]).Losses, _clock.Seconds);
        _diagnostics["minimumPairCount"] = MinimumOffDiagonal(affinity.PairCounts!, names.Length);
        return affinity;
    }

    // Real fine-tuning of a few subsets says how many epochs help, and which step predicts the losses after them best: AdamW's own length
    // leaves out that heads learn, too.
    private StepLength Calibrate(TaskTable table, RowSplit split)
    {
        if (_options.Lambda is { } given)
            return new StepLength(given, 0);
        int[][] probes = AffinitySubsets.HoldOut(table.Tasks.Count, Probes, new RandomStream(_options.Seed, "probes").NextUInt64());
        int threads = _options.Threads ?? Environment.ProcessorCount;
        var truth = new SubsetTruth(table, split, probes, _options.Training, _options.Seed, threads, _cancellationToken);
        (int epochs, double[][] losses, double flops) = _options.FineTuningEpochs is { } asked
            ? FineTuned(truth, asked) : truth.Probe(Bases[0].Network, MostFineTuningEpochs);
        StepLength[] candidates = _options.Geometry == StepGeometry.AdamW
            ? [.. Enumerable.Range(-2, 7).Select(k => new StepLength(null, epochs * Math.Pow(2, 0.5 * k)))]
            : [.. Enumerable.Range(-6, 13).Select(k => new StepLength(0.1 * Math.Pow(2, 0.5 * k), 0))];
        double[] errors = ParallelRuns.Map(candidates.Length, threads, c => SubsetValues.RelativeError(
            [.. probes.Select(s => Bases[0].Predict(s, candidates[c]).Losses)], losses), _cancellationToken);
        _diagnostics["fineTuningEpochs"] = epochs;
        _diagnostics["fixedFlops"] += flops + candidates.Length * probes.Sum(s => Bases[0].FlopsPerSubset(s.Length));
        return candidates[Array.IndexOf(errors, errors.Min())];
    }

    private (int Epochs, double[][] Losses, double Flops) FineTuned(SubsetTruth truth, int epochs)
    {
        RealRuns runs = truth.FineTuned([Bases[0].Network], epochs, 1);
        return (epochs, runs.Mean, runs.TotalFlops);
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
