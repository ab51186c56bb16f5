using System.Globalization;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Affinity;

/// <summary>Several linearised base networks; their mean predicts the loss of any task after training on any subset.</summary>
internal sealed class GradTagModel
{
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
            StepCalibration.Result calibrated = model._clock.Measure("calibration",
                () => StepCalibration.Run(model.Bases[0], table, split, options, cancellationToken));
            model.Length = calibrated.Length;
            model._diagnostics["fixedFlops"] += calibrated.Flops;
            if (calibrated.Epochs is { } epochs)
                model._diagnostics["fineTuningEpochs"] = epochs;
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

    /// <summary>Predictions for several subsets.</summary>
    public (double[] Losses, double RelativeStep)[] Predict(int[][] subsets, CancellationToken cancellationToken) => _clock.Measure("subsets",
        () => ParallelRuns.Map(subsets.Length, _options.Threads, s => Predict(subsets[s]), cancellationToken));

    /// <summary>The average affinity of subsets with their predictions, without diagnostics.</summary>
    public TaskAffinity Average(int[][] subsets, (double[] Losses, double RelativeStep)[] predictions, string method) => SubsetAverage.ToAffinity(
        [.. _table.Tasks.Select(t => t.Name)], subsets, [.. predictions.Select(p => p.Losses)], method, _options.Standardize, _diagnostics,
        group => Predict([.. group]).Losses, _clock.Seconds);

    /// <summary>The affinity from all subsets and their predictions.</summary>
    /// <param name="subsets">The subsets.</param>
    /// <param name="predictions">One per subset.</param>
    /// <param name="method">The estimator's name.</param>
    /// <param name="more">Further diagnostics.</param>
    public TaskAffinity Affinity(int[][] subsets, (double[] Losses, double RelativeStep)[] predictions, string method,
        params ReadOnlySpan<(string Name, double Value)> more)
    {
        _diagnostics["relativeStep"] = predictions.Average(p => p.RelativeStep);
        _diagnostics["linearizationError"] = _clock.Measure("linearizationError", () => LinearizationError(subsets, null));
        foreach (double radius in _options.LinearizationRadii)
            _diagnostics[string.Create(CultureInfo.InvariantCulture, $"linearizationError@{radius}")] = LinearizationError(subsets, radius);
        _diagnostics["bases"] = Bases.Length;
        _diagnostics["dimension"] = Bases.Average(b => b.Subspace.Dimension);
        _diagnostics["subsets"] = subsets.Length;
        _diagnostics["subsetSize"] = subsets.Average(s => s.Length);
        foreach ((string name, double value) in more)
            _diagnostics[name] = value;
        TaskAffinity affinity = Average(subsets, predictions, method);
        _diagnostics["minimumPairCount"] = MinimumOffDiagonal(affinity.PairCounts!, affinity.Count);
        return affinity;
    }

    private double LinearizationError(int[][] subsets, double? radius)
    {
        const int sample = 8;
        int count = Math.Min(sample, subsets.Length);
        int[][] some = [.. Enumerable.Range(0, count).Select(k => subsets[k * subsets.Length / count])];
        return Bases.Average(b => b.LinearizationError(some, Length, radius));
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
