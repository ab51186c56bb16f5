using System.Globalization;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Several linearised base networks; their mean predicts the loss of any task after training on any subset.
/// </summary>
internal sealed partial class GradTagModel
{
    private readonly TaskTable _table;
    private readonly GradTagOptions _options;
    private readonly Dictionary<string, double> _diagnostics = [];
    private readonly List<string> _warnings = [];
    private readonly PhaseClock _clock;
    private readonly CancellationToken _cancellationToken;

    private GradTagModel(TaskTable table, GradTagOptions options, IProgress<FitProgress>? progress,
        CancellationToken cancellationToken) =>
        (_table, _options, _clock, _cancellationToken) = (table, options, new PhaseClock(progress), cancellationToken);

    public LinearizedNetwork[] Bases { get; private set; } = [];

    public StepLength Length { get; private set; }

    /// <summary>Trains the base networks, picks stage and step length, linearises.</summary>
    public static GradTagModel Fit(TaskTable table, RowSplit split, GradTagOptions options,
        CancellationToken cancellationToken, IProgress<FitProgress>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(split);
        options.Validate();
        ObservedTasks.ThrowIfAbsent(table, split);
        var model = new GradTagModel(table, options, progress, cancellationToken);
        if (options.BaseEpochs is null && options.Stage == BaseStage.Automatic && table.Tasks.Count > 1)
        {
            model.FitForecast(split);
            return model;
        }
        BaseRun[] runs =
            model._clock.Measure("baseNetworks", () => BaseRun.TrainAll(table, split, options, cancellationToken));
        LinearizedNetwork[] bases = model.Bases =
            model._clock.Measure("linearization", () => ParallelRuns.MapInWaves(runs.Length, options.Threads,
                (b, threads) => new LinearizedNetwork(runs[b].Network, table, split, options with { Threads = threads },
                    cancellationToken), cancellationToken));
        double flops = runs.Sum(r => r.Flops) + bases.Sum(b => b.Flops);
        model._diagnostics["baseEpochs"] = runs.Average(r => r.Epochs);
        if (options.BaseEpochs is not null || options.Stage == BaseStage.BestValidation)
        {
            StepCalibration.Result calibrated = model._clock.Measure("calibration",
                () => StepCalibration.Run(bases[0], table, split, options, cancellationToken));
            model.Length = calibrated.Length;
            flops += calibrated.Flops;
            if (calibrated.Epochs is { } epochs)
                model._diagnostics["fineTuningEpochs"] = epochs;
        }
        else
            model.Length = EarlyLength(runs, runs.Average(r => r.Epochs), options);
        if (options.CompareStages && options.BaseEpochs is null && table.Tasks.Count > 2)
            flops += model._clock.Measure("stageComparison", () => model.CompareStages(table, split, runs));
        model._diagnostics["fixedFlops"] = flops;
        if (model.Length.Lambda is { } lambda)
            model._diagnostics["lambda"] = lambda;
        else
            model._diagnostics["stepEpochs"] = model.Length.Epochs;
        model._diagnostics["flopsPerSubset"] =
            model.Bases.Sum(b => b.FlopsPerSubset(AffinitySubsets.DefaultSize(table.Tasks.Count)));
        return model;
    }

    /// <summary>Predicted validation losses of the members of subsets, ascending.</summary>
    public SubsetPrediction[] Predict(int[][] subsets, CancellationToken cancellationToken) =>
        _clock.Measure("subsets", () => Predict(subsets, _options.Threads, cancellationToken));

    private SubsetPrediction[] Predict(int[][] subsets, int? threads, CancellationToken cancellationToken)
    {
        (double[] Losses, double RelativeStep)[]? bases = Bases.Length == 0 ? null
            : Predict(Bases, subsets, Length, threads, cancellationToken);
        (double[] Losses, double)[]? early = _choice != Early ? null
            : Predict(_earlyBases, subsets, _earlyLength, threads, cancellationToken);
        return ParallelRuns.Map(subsets.Length, threads, s =>
        {
            (double[]? losses, double step) = bases is null ? (null, 0) : bases[s];
            if (_common is null)
                return new SubsetPrediction(losses!, null, null, step);
            double[] own = _own!.Losses(subsets[s], losses), common = _common.Losses(subsets[s], losses);
            double[] chosen = _choice switch
            {
                Early => early![s].Losses,
                Transfer => own,
                Consensus => _company!.Losses(subsets[s], losses),
                _ => _ownBest ? own : common,
            };
            return new SubsetPrediction(chosen, own, common, step);
        }, cancellationToken);
    }

    /// <summary>Mean over base networks of what they predict for each subset, and of their relative steps.</summary>
    public static (double[] Losses, double RelativeStep)[] Predict(LinearizedNetwork[] bases, int[][] subsets,
        StepLength length, int? threads, CancellationToken cancellationToken)
    {
        int atOnce = bases[0].SubsetsAtOnce;
        int[][][] parts = [.. subsets.Chunk(atOnce)];
        // One network after another, so that its basis stays in cache.
        (double[] Losses, double RelativeStep)[][] all = ParallelRuns.Map(bases.Length * parts.Length, threads,
            n => bases[n / parts.Length].Predict(parts[n % parts.Length], length), cancellationToken);
        return [.. subsets.Select((subset, s) =>
        {
            var mean = new double[subset.Length];
            double step = 0;
            for (int b = 0; b < bases.Length; b++)
            {
                (double[] losses, double relative) = all[b * parts.Length + s / atOnce][s % atOnce];
                for (int k = 0; k < mean.Length; k++)
                    mean[k] += losses[k] / bases.Length;
                step += relative / bases.Length;
            }
            return (mean, step);
        })];
    }

    /// <summary>The average affinity of subsets with their predictions, without diagnostics.</summary>
    public TaskAffinity Average(int[][] subsets, SubsetPrediction[] predictions, string method)
    {
        TaskAffinity average = Average(subsets, [.. predictions.Select(p => p.Losses)], method);
        TaskAffinity? instead = _choice switch { Labels => _labels, Consensus => Agreed(average), _ => null };
        return instead is null ? average : new TaskAffinity(average.TaskNames, instead.Values.ToArray(), method)
        {
            Diagnostics = average.Diagnostics,
            PairCounts = average.PairCounts,
            PredictGroup = average.PredictGroup,
            Warnings = [.. average.Warnings, .. instead.Warnings],
            Unmeasured = instead.Unmeasured,
        };
    }

    /// <summary>The affinity from all subsets and their predictions.</summary>
    /// <param name="subsets">The subsets.</param>
    /// <param name="predictions">One per subset.</param>
    /// <param name="method">The estimator's name.</param>
    /// <param name="more">Further diagnostics.</param>
    public TaskAffinity Affinity(int[][] subsets, SubsetPrediction[] predictions, string method,
        params ReadOnlySpan<(string Name, double Value)> more)
    {
        if (Bases.Length > 0)
        {
            _diagnostics["relativeStep"] = predictions.Average(p => p.RelativeStep);
            _diagnostics["linearizationError"] =
                _clock.Measure("linearizationError", () => ErrorOfLinearizing(subsets, null));
            foreach (double radius in _options.LinearizationRadii)
                _diagnostics[string.Create(CultureInfo.InvariantCulture, $"linearizationError@{radius}")] =
                    ErrorOfLinearizing(subsets, radius);
            _diagnostics["dimension"] = Bases.Average(b => b.Space.Trunk.Dimension);
        }
        _diagnostics["bases"] = Bases.Length;
        _diagnostics["subsets"] = subsets.Length;
        _diagnostics["subsetSize"] = subsets.Average(s => s.Length);
        foreach ((string name, double value) in more)
            _diagnostics[name] = value;
        TaskAffinity affinity = Average(subsets, predictions, method);
        _diagnostics["minimumPairCount"] = MinimumOffDiagonal(affinity.PairCounts!, affinity.Count);
        return _common is null ? affinity : new TaskAffinity(affinity.TaskNames, affinity.Values.ToArray(), method)
        {
            PairCounts = affinity.PairCounts,
            StandardErrors = affinity.StandardErrors,
            IsSigned = affinity.IsSigned,
            Diagnostics = affinity.Diagnostics,
            Warnings = affinity.Warnings,
            Unmeasured = affinity.Unmeasured,
            PhaseSeconds = _clock.Seconds,
            PredictGroup = affinity.PredictGroup,
            PredictGroups = groups => PredictGroups(groups, _options.Threads),
            PredictTraining = PredictTraining,
            Transfer = Average(subsets, [.. predictions.Select(p => p.OwnBest!)], method + ", transfer"),
            Stopping = Average(subsets, [.. predictions.Select(p =>
                p.CommonStop!.Zip(p.OwnBest!, (common, own) => common - own).ToArray())], method + ", stopping"),
        };
    }

    private TaskAffinity Average(int[][] subsets, double[][] losses, string method) =>
        SubsetAverage.ToAffinity([.. _table.Tasks.Select(t => t.Name)], subsets, losses, method,
            _options.Standardize, _diagnostics, PredictGroup, _clock.Seconds, _warnings);

    private double[] PredictGroup(IReadOnlyList<int> group) => PredictGroups([[.. group]], 1)[0];

    private double[][] PredictGroups(int[][] groups, int? threads)
    {
        int[][] orders = Array.ConvertAll(groups, Ascending);
        SubsetPrediction[] predictions = Predict(
            [.. groups.Zip(orders, (group, order) => Array.ConvertAll(order, k => group[k]))], threads,
            CancellationToken.None);
        return [.. predictions.Zip(orders, (prediction, order) =>
        {
            double[] losses = [.. (_ownBest ? prediction.OwnBest : prediction.CommonStop) ?? prediction.Losses];
            Array.Sort(order, losses);
            return losses;
        })];
    }

    private GroupPrediction PredictTraining(IReadOnlyList<int> group)
    {
        int[] order = Ascending(group), members = [.. order.Select(k => group[k])];
        double[]? late =
            Bases.Length == 0 ? null : Predict(Bases, [members], Length, 1, CancellationToken.None)[0].Losses;
        PredictedLoss[] common = _common!.Predict(members, late), own = _own!.Predict(members, late);
        Array.Sort((int[])order.Clone(), common);
        Array.Sort(order, own);
        return new GroupPrediction(common, own);
    }

    // Places of the members in ascending order of tasks.
    private int[] Ascending(IReadOnlyList<int> group)
    {
        GroupChecks.ThrowIfInvalid(group, _table.Tasks.Count);
        return [.. Enumerable.Range(0, group.Count).OrderBy(k => group[k])];
    }

    // An eighth of the training so far: a longer step leaves the stage, in which alone the estimate means what it
    // should.
    internal static StepLength EarlyLength(BaseRun[] runs, double stage, GradTagOptions options)
    {
        const double share = 0.125, euclidean = 0.1;
        if (options.Lambda is not null || options.Geometry == StepGeometry.Euclidean)
            return new StepLength(options.Lambda ?? euclidean, 0);
        IReadOnlyList<TrainingProgress> epochs = runs[0].Result.Epochs;
        double oneStep = (double)epochs.Count / epochs[^1].Steps;
        return new StepLength(null, options.FineTuningEpochs ?? Math.Max(share * stage, oneStep));
    }

    // Returns the operations it took.
    private double CompareStages(TaskTable table, RowSplit split, BaseRun[] runs)
    {
        bool late = _options.Stage == BaseStage.BestValidation;
        (double Epochs, SharedBottomNetwork Network)[] others =
            [.. runs.Select(r => late ? r.At(_options.StageShare) : (r.Result.BestEpoch, r.Result.Network))];
        (double correlation, double flops) =
            StageComparison.Run(table, split, Bases, Length, [.. others.Select(o => o.Network)],
                late ? EarlyLength(runs, others.Average(o => o.Epochs), _options) : Length, _options,
                _cancellationToken);
        _diagnostics["stageAgreement"] = correlation;
        if (late && StageComparison.Warning(correlation, table.Tasks.Count) is { } warning)
            _warnings.Add(warning);
        return flops;
    }

    private double ErrorOfLinearizing(int[][] subsets, double? radius)
    {
        const int sample = 8;
        int count = Math.Min(sample, subsets.Length);
        int[][] some = [.. Enumerable.Range(0, count).Select(k => subsets[k * subsets.Length / count])];
        return ParallelRuns.Map(Bases.Length, _options.Threads,
            b => LinearizationError.Of(Bases[b], some, Length, radius), _cancellationToken).Average();
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
