using System.Diagnostics;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Grouping;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Evaluation;

/// <summary>
/// Checks an affinity estimator against reality: trains hold-out subsets of tasks for real, several times with common
/// random numbers, and reports how the estimates agree, next to what doing nothing reaches and to the ceiling that the
/// truth's own noise sets.
/// </summary>
public static class AffinityValidation
{
    private const int MostEpochs = 20;
    private const double PredictionSeconds = 0.2, NineOfTen = 1.645;

    /// <summary>Runs the check.</summary>
    /// <param name="table">All tasks' data.</param>
    /// <param name="split">Rows to fit on and rows to measure on.</param>
    /// <param name="estimator">The estimator to check.</param>
    /// <param name="options">How much is retrained.</param>
    /// <param name="cancellationToken">Looked at every batch.</param>
    public static AffinityValidationResult Run(TaskTable table, RowSplit split, ITaskAffinityEstimator estimator,
        AffinityValidationOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(estimator);
        return Run(table, split, [estimator], options, cancellationToken).First();
    }

    /// <summary>
    /// Checks several estimators against one set of real runs; the base networks that are fine-tuned are those of the
    /// first estimator that has some, unless <see cref="AffinityValidationOptions.Bases"/> says which.
    /// </summary>
    /// <param name="table">All tasks' data.</param>
    /// <param name="split">Rows to fit on and rows to measure on.</param>
    /// <param name="estimators">The estimators to check, at least one; each estimates when its result is asked
    /// for.</param>
    /// <param name="options">How much is retrained.</param>
    /// <param name="cancellationToken">Looked at every batch.</param>
    /// <returns>A result per estimator, in their order.</returns>
    public static IEnumerable<AffinityValidationResult> Run(TaskTable table, RowSplit split,
        IReadOnlyList<ITaskAffinityEstimator> estimators, AffinityValidationOptions options,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(estimators);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (estimators.Count == 0)
            throw new ArgumentException("At least one estimator is needed", nameof(estimators));
        if (table.Tasks.Count < 2)
            throw new ArgumentException(
                "An affinity of one task has nothing to be checked; at least two tasks are needed", nameof(table));
        return Each();

        IEnumerable<AffinityValidationResult> Each()
        {
            RealTraining? real = null;
            foreach (ITaskAffinityEstimator estimator in estimators)
            {
                long started = Stopwatch.GetTimestamp();
                TaskAffinity affinity = estimator.Estimate(table, split, cancellationToken);
                double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
                real ??= Train(table, split, estimators, affinity, options, cancellationToken);
                yield return Check(table, split, affinity, seconds, real, options, cancellationToken);
            }
        }
    }

    private static RealTraining Train(TaskTable table, RowSplit split, IReadOnlyList<ITaskAffinityEstimator> estimators,
        TaskAffinity first, AffinityValidationOptions options, CancellationToken cancellationToken)
    {
        int[][] subsets = AffinitySubsets.HoldOut(table.Tasks.Count, options.HoldOut, options.Seed);
        GradTagOptions chosen = options.Bases ?? estimators.OfType<IGradTagEstimator>().FirstOrDefault()?.Options
            ?? new GradTagOptions();
        // What fine-tuning gives is asked of finished networks where the estimate itself is of training from the start.
        GradTagOptions baseOptions = chosen with
        {
            Threads = options.Threads ?? chosen.Threads,
            Stage = chosen.Stage == BaseStage.Automatic ? BaseStage.BestValidation : chosen.Stage,
        };
        SharedBottomNetwork[] bases =
            [.. BaseRun.TrainAll(table, split, baseOptions, cancellationToken).Select(run => run.Network)];
        int threads = options.Threads ?? Environment.ProcessorCount;
        var truth =
            new SubsetTruth(table, split, subsets, baseOptions.Training, options.Seed, threads, cancellationToken);
        int epochs = options.FineTuningEpochs
            ?? (first.Diagnostics.TryGetValue("fineTuningEpochs", out double calibrated) ? (int)calibrated
                : truth.Probe(bases[0], MostEpochs).Epochs);
        return new RealTraining(subsets, bases, epochs, truth.FineTuned(bases, epochs, options.Runs),
            options.FromScratch ? truth.BothFromScratch(options.Runs) : null);
    }

    private static AffinityValidationResult Check(TaskTable table, RowSplit split, TaskAffinity affinity,
        double estimatorSeconds, RealTraining real, AffinityValidationOptions options,
        CancellationToken cancellationToken)
    {
        (int tasks, int[][] subsets) = (table.Tasks.Count, real.Subsets);
        long started = Stopwatch.GetTimestamp();
        double[][] estimates;
        // A few dozen predictions take no longer than threads need to wake up, so they are made again and again.
        int predicted = 0;
        do
        {
            estimates = affinity.PredictGroups?.Invoke(subsets) ?? ParallelRuns.Map(subsets.Length, options.Threads,
                s => Predict(affinity, subsets[s]), cancellationToken);
            predicted += subsets.Length;
        }
        while (predicted < options.CostSubsets && Stopwatch.GetElapsedTime(started).TotalSeconds < PredictionSeconds);
        double predictionSeconds = Stopwatch.GetElapsedTime(started).TotalSeconds / predicted;
        (RealRuns tuned, RealRuns? scratch, RealRuns? own) =
            (real.FineTuned, real.FromScratch?.Common, real.FromScratch?.Own);
        GroupPrediction[]? predictions = affinity.PredictTraining is not { } predictTraining ? null
            : ParallelRuns.Map(subsets.Length, options.Threads, s => predictTraining(subsets[s]), cancellationToken);
        double[] trivial = Trivial(real.Bases, table, split);
        double[][] trivials = [.. subsets.Select(s => s.Select(t => trivial[t]).ToArray())];
        bool losses = affinity.PredictGroup is not null;
        var cost = new EstimateCost(options.CostSubsets,
            affinity.Diagnostics.GetValueOrDefault("fixedFlops", double.NaN),
            affinity.Diagnostics.GetValueOrDefault("flopsPerSubset", double.NaN), estimatorSeconds, predictionSeconds);
        return new AffinityValidationResult
        {
            Affinity = affinity,
            Subsets = subsets,
            Estimates = estimates,
            FineTunedLosses = tuned.Mean,
            FromScratchLosses = scratch?.Mean,
            FineTuned = Agreement(table, subsets, estimates, [], trivials, tuned, losses, cost),
            FromScratch = scratch is null ? null : Agreement(table, subsets, estimates,
                [.. (predictions ?? []).Select(p => p.AtCommonStop)], trivials, scratch, losses, cost),
            OwnBestLosses = own?.Mean,
            OwnBest = own is null ? null : Agreement(table, subsets, estimates,
                [.. (predictions ?? []).Select(p => p.AtOwnBest)], trivials, own, losses, cost),
            FineTunedAgainstScratch = scratch is null ? double.NaN : SubsetValues.Pearson(
                SubsetValues.Centred(tasks, subsets, tuned.Mean), SubsetValues.Centred(tasks, subsets, scratch.Mean)),
            FineTuningEpochs = real.Epochs,
            RelativeStep = affinity.Diagnostics.GetValueOrDefault("relativeStep", double.NaN),
            LinearizationError = affinity.Diagnostics.GetValueOrDefault("linearizationError", double.NaN),
            EstimatorSeconds = estimatorSeconds,
            PredictionSeconds = predictionSeconds,
        };
    }

    // Predictions with errors, where there are some, take the place of estimates.
    private static AffinityAgreement Agreement(TaskTable table, int[][] subsets, double[][] estimates,
        IReadOnlyList<PredictedLoss>[] predictions, double[][] trivials, RealRuns real, bool losses, EstimateCost cost)
    {
        int tasks = table.Tasks.Count;
        double[][] truth = real.Mean;
        if (predictions.Length > 0)
            estimates = [.. predictions.Select(p => p.Select(one => one.Loss).ToArray())];
        double[] f = SubsetValues.Centred(tasks, subsets, truth),
            estimate = SubsetValues.Centred(tasks, subsets, estimates);
        return new AffinityAgreement
        {
            RelativeError = losses ? SubsetValues.RelativeError(estimates, truth) : double.NaN,
            TrivialRelativeError = SubsetValues.RelativeError(trivials, truth),
            NoiseFloor = SubsetValues.NoiseFloor(real.Runs, truth),
            Pearson = SubsetValues.Pearson([.. estimates.SelectMany(v => v)], [.. truth.SelectMany(v => v)]),
            WithinTaskPearson = SubsetValues.Pearson(estimate, f),
            WithinTaskSpearman = SubsetValues.Spearman(estimate, f),
            NoiseCeiling = SubsetValues.NoiseCeiling(tasks, subsets, real.Runs),
            Coverage = predictions.Length == 0 ? double.NaN : predictions.SelectMany((subset, s) =>
                subset.Select((p, k) => Math.Abs(truth[s][k] - p.Loss) <= NineOfTen
                    * Math.Sqrt(p.StandardError * p.StandardError
                    + p.RunDeviation * p.RunDeviation / real.Runs.Length) ? 1.0 : 0)).Average(),
            GroupingRegret = Regret(table, subsets, estimates, truth),
            FlopsRatio = (cost.FixedFlops + cost.Subsets * cost.FlopsPerSubset) / (cost.Subsets * real.FlopsPerSubset),
            TimeRatio =
                (cost.FixedSeconds + cost.Subsets * cost.SecondsPerSubset) / (cost.Subsets * real.SecondsPerSubset),
            SecondsPerSubset = real.SecondsPerSubset,
            Runs = real.Runs.Length,
        };
    }

    private static double Regret(TaskTable table, int[][] subsets, double[][] estimates, double[][] truth)
    {
        string[] names = [.. table.Tasks.Select(t => t.Name)];
        TaskAffinity real = SubsetAverage.ToAffinity(names, subsets, truth, "truth"),
            estimated = SubsetAverage.ToAffinity(names, subsets, estimates, "estimate");
        var solver = new SdpGroupingSolver(new SdpGroupingOptions { GroupCount = Math.Max(2, names.Length / 4) });
        return DensityObjective.Value(real, solver.Solve(real).Grouping)
            - DensityObjective.Value(real, solver.Solve(estimated).Grouping);
    }

    // An estimator that knows pairs only predicts by the mean of what the others give a member; the sign makes it a
    // loss.
    private static double[] Predict(TaskAffinity affinity, int[] subset) =>
        affinity.PredictGroup is { } predict ? predict(subset)
            : [.. subset.Select(i => subset.Length == 1 ? 0 : -subset.Where(j => j != i).Average(j => affinity[i, j]))];

    private static double[] Trivial(SharedBottomNetwork[] bases, TaskTable table, RowSplit split)
    {
        var evaluator = new ForwardEvaluator(table, split.Validation);
        int[] all = [.. Enumerable.Range(0, table.Tasks.Count)];
        double[][] losses = [.. bases.Select(b => evaluator.Losses(b, all))];
        return [.. all.Select(t => losses.Average(l => l[t]))];
    }

    private sealed record RealTraining(int[][] Subsets, SharedBottomNetwork[] Bases, int Epochs, RealRuns FineTuned,
        (RealRuns Common, RealRuns Own)? FromScratch);

    // What the estimate costs: once, and for each subset.
    private readonly record struct EstimateCost(int Subsets, double FixedFlops, double FlopsPerSubset,
        double FixedSeconds, double SecondsPerSubset);
}
