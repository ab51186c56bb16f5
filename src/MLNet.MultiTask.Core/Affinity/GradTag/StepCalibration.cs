using System.Numerics.Tensors;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Sets the length of steps by really fine-tuning a few subsets of tasks: how many epochs help says the median of their
/// best, and the candidate length that agrees best with those runs is taken.
/// </summary>
internal static class StepCalibration
{
    private const int MostFineTuningEpochs = 20;

    /// <summary>What was found, and what it cost.</summary>
    /// <param name="Length">The length.</param>
    /// <param name="Epochs">Epochs of fine-tuning that it predicts; null where λ was given.</param>
    /// <param name="Flops">Floating-point operations, by formula.</param>
    public readonly record struct Result(StepLength Length, int? Epochs, double Flops);

    /// <summary>Runs it on one base network.</summary>
    public static Result Run(LinearizedNetwork network, TaskTable table, RowSplit split, GradTagOptions options,
        CancellationToken cancellationToken)
    {
        if (options.Lambda is { } given)
            return new Result(new StepLength(given, 0), null, 0);
        if (options.Solver == GradTagSolver.LegacyForm)
            return new Result(new StepLength(1, 0), null, 0);
        int threads = options.Threads ?? Environment.ProcessorCount;
        int[][] probes = AffinitySubsets.HoldOut(table.Tasks.Count, options.CalibrationProbes,
            new RandomStream(options.Seed, "probes").NextUInt64());
        var truth = new SubsetTruth(table, split, probes, options.Training, options.Seed, threads, cancellationToken);
        (int epochs, double[][] losses, double flops) = options.FineTuningEpochs is { } asked
            ? FineTuned(truth, network, asked) : truth.Probe(network.Network, MostFineTuningEpochs);
        StepLength[] candidates = options.Geometry == StepGeometry.AdamW
            ? [.. Enumerable.Range(-2, 7).Select(k => new StepLength(null, epochs * Math.Pow(2, 0.5 * k)))]
            : [.. Enumerable.Range(-6, 13).Select(k => new StepLength(0.1 * Math.Pow(2, 0.5 * k), 0))];
        (double[] Losses, double RelativeStep)[][] predictions = Training.ParallelRuns.Map(candidates.Length, threads,
            c => network.Predict(probes, candidates[c]), cancellationToken);
        double step = options.Calibration == CalibrationCriterion.StepLength
            ? truth.RelativeSteps(network.Network, epochs).Average() : 0;
        int tasks = table.Tasks.Count;
        double[] centred = SubsetValues.Centred(tasks, probes, losses);
        // Nothing is left to centre where no task stands in two probes; then the level alone decides.
        double Distance(double[][] predicted) => 1e-12 + TensorPrimitives.Distance<double>(centred,
            SubsetValues.Centred(tasks, probes, predicted));
        double[] errors = [.. predictions.Select(p => options.Calibration switch
        {
            CalibrationCriterion.StepLength => Math.Abs(Math.Log(p.Average(one => one.RelativeStep) / step)),
            CalibrationCriterion.LossChange => Math.Abs(p.Sum(one => one.Losses.Sum()) - losses.Sum(l => l.Sum())),
            CalibrationCriterion.RelativeError => SubsetValues.RelativeError([.. p.Select(one => one.Losses)], losses),
            _ => SubsetValues.RelativeError([.. p.Select(one => one.Losses)],
                losses) * Distance([.. p.Select(one => one.Losses)]),
        })];
        return new Result(candidates[Array.IndexOf(errors, errors.Min())], epochs,
            flops + candidates.Length * probes.Sum(s => network.FlopsPerSubset(s.Length)));
    }

    private static (int Epochs, double[][] Losses, double Flops) FineTuned(SubsetTruth truth, LinearizedNetwork network,
        int epochs)
    {
        RealRuns runs = truth.FineTuned([network.Network], epochs, 1);
        return (epochs, runs.Mean, runs.TotalFlops);
    }
}
