using System.Diagnostics;
using System.Numerics.Tensors;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Affinity;

/// <summary>Real training of subsets, run by run; within a run every subset meets the same random numbers.</summary>
/// <param name="table">All tasks' data.</param>
/// <param name="split">Rows to fit on and rows to measure on.</param>
/// <param name="subsets">The subsets trained.</param>
/// <param name="training">How; its seed is replaced run by run.</param>
/// <param name="seed">Seed of all runs.</param>
/// <param name="threads">Subsets trained at a time; results do not depend on it.</param>
/// <param name="cancellationToken">Looked at every batch.</param>
internal sealed class SubsetTruth(TaskTable table, RowSplit split, int[][] subsets, TrainingOptions training,
    ulong seed, int threads, CancellationToken cancellationToken)
{
    private const int ProbePatience = 5;

    /// <summary>
    /// Fine-tunes every base network on every subset for a fixed number of epochs; a run is the mean over the bases.
    /// </summary>
    public RealRuns FineTuned(SharedBottomNetwork[] bases, int epochs, int runs) =>
        Measure(runs, bases.Length, (run, b, subset) =>
        {
            TrainingResult result = FineTune(bases[b], subset, epochs, run);
            return ([.. result.Epochs[^1].TaskValidationLosses], Flops(result, subset));
        });

    /// <summary>
    /// Trains every subset from fresh weights with early stopping; the losses are those of the best epoch.
    /// </summary>
    public RealRuns FromScratch(int runs) => Measure(runs, 1, (run, _, subset) =>
    {
        TrainingOptions options =
            training with { Seed = Seed("scratch", run), Threads = 1, KeepBestWeights = true, Progress = null };
        TrainingResult result = NetworkTrainer.Train(table, split, subset, options, cancellationToken);
        return ([.. result.Epochs[result.BestEpoch - 1].TaskValidationLosses], Flops(result, subset));
    });

    /// <summary>
    /// Trains every subset from fresh weights until no task gets better: what stopping together gives, and each task's
    /// own best epoch. Seconds and operations are those of the run until it stops.
    /// </summary>
    public (RealRuns Common, RealRuns Own) BothFromScratch(int runs)
    {
        long started = Stopwatch.GetTimestamp();
        ProbeRun[] all = ParallelRuns.Map(runs * subsets.Length, threads, i =>
        {
            int[] subset = subsets[i % subsets.Length];
            TrainingResult result = NetworkTrainer.Train(table, split, subset, training with
            {
                Seed = Seed("scratch", i / subsets.Length),
                Threads = 1,
                EarlyStopping = EarlyStopping.PerTask,
                KeepBestWeights = false,
                Progress = null,
            }, cancellationToken);
            return ProbeRun.Of(result, subset, i / subsets.Length, Flops(result, subset));
        }, cancellationToken);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds / all.Sum(run => run.Course.Length);
        int? patience = training.PatienceFor(split.Train.Length);
        RealRuns Of(bool own)
        {
            double[][][] byRun = [.. all.Select(run => run.Outcome(own, patience)).Chunk(subsets.Length)];
            int[] epochs = [.. all.Select(run => own ? run.Course.Length : run.CommonLength(patience))];
            double flops = all.Select((run, i) => run.Flops * epochs[i] / run.Course.Length).Sum();
            return new RealRuns(byRun, SubsetValues.Mean(byRun), seconds * epochs.Average(), flops / all.Length, flops);
        }
        return (Of(own: false), Of(own: true));
    }

    /// <summary>
    /// Fine-tunes every subset once, for at most <paramref name="most"/> epochs and until none of five is better: the
    /// median of the epochs (from 2) with the best mean validation loss, the members' losses after that many, and the
    /// operations of it all.
    /// </summary>
    public (int Epochs, double[][] Losses, double Flops) Probe(SharedBottomNetwork network, int most)
    {
        TrainingResult[] runs = ParallelRuns.Map(subsets.Length, threads,
            s => FineTune(network, subsets[s], most, 0, ProbePatience), cancellationToken);
        int[] best = [.. runs.Select(r => r.Epochs.MinBy(e => e.ValidationLoss)!.Epoch).Order()];
        int median = Math.Max(Math.Min(2, most), best[best.Length / 2]);
        TrainingResult[] longer = ParallelRuns.Map(subsets.Length, threads,
            s => runs[s].Epochs.Count >= median ? runs[s] : FineTune(network, subsets[s], median, 0),
            cancellationToken);
        double flops = subsets.Select((subset, s) => Flops(runs[s], subset)
            + (longer[s] == runs[s] ? 0 : Flops(longer[s], subset))).Sum();
        return (median, [.. longer.Select(r => r.Epochs[median - 1].TaskValidationLosses.ToArray())], flops);
    }

    /// <summary>
    /// ‖Δ‖ / ‖W0‖ of the shared layers after fine-tuning each subset for a fixed number of epochs, once.
    /// </summary>
    public double[] RelativeSteps(SharedBottomNetwork network, int epochs) =>
        ParallelRuns.Map(subsets.Length, threads, s =>
        {
            int trunk = network.Shape.TrunkParameterCount;
            ReadOnlySpan<float> before = network.Parameters.AsSpan(0, trunk);
            ReadOnlySpan<float> after = FineTune(network, subsets[s], epochs, 0).Network.Parameters.AsSpan(0, trunk);
            return (double)TensorPrimitives.Distance(after, before) / TensorPrimitives.Norm(before);
        }, cancellationToken);

    private TrainingResult FineTune(SharedBottomNetwork network, int[] subset, int epochs, int run,
        int? patience = null) => NetworkTrainer.Train(
        table, split, subset, network, training with
        {
            MaxEpochs = epochs,
            MaxSteps = null,
            Patience = patience,
            PatienceSteps = null,
            KeepBestWeights = false,
            Threads = 1,
            Progress = null,
            Seed = Seed("fine-tuning", run),
        }, cancellationToken);

    private ulong Seed(string purpose, int run) => new RandomStream(seed, purpose, run).NextUInt64();

    private RealRuns Measure(int runs, int bases, Func<int, int, int[], (double[] Losses, double Flops)> train)
    {
        long started = Stopwatch.GetTimestamp();
        (double[] Losses, double Flops)[] results = ParallelRuns.Map(runs * bases * subsets.Length, threads,
            i => train(i / (bases * subsets.Length), i / subsets.Length % bases, subsets[i % subsets.Length]),
            cancellationToken);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds / results.Length;
        double[][][] byRun = [.. Enumerable.Range(0, runs).Select(run => SubsetValues.Mean(
            [.. Enumerable.Range(0, bases).Select(b => Enumerable.Range(0, subsets.Length)
                .Select(s => results[(run * bases + b) * subsets.Length + s].Losses).ToArray())]))];
        return new RealRuns(byRun, SubsetValues.Mean(byRun), seconds, results.Average(r => r.Flops),
            results.Sum(r => r.Flops));
    }

    /// <summary>
    /// Two operations per multiply-add; forward 1, backward 2; the validation pass of every epoch forward only.
    /// </summary>
    public static double TrainingFlops(TaskTable table, RowSplit split, TrainingResult result, int[] subset)
    {
        double perRow = 2.0 * result.Network.Shape.ParameterCount;
        int Rows(int[] rows) => rows.Count(r => Array.Exists(subset, t => table.IsObserved(r, t)));
        return result.Epochs.Count * perRow * (3.0 * Rows(split.Train) + Rows(split.Validation));
    }

    private double Flops(TrainingResult result, int[] subset) => TrainingFlops(table, split, result, subset);
}

/// <summary>
/// Losses of real runs by run, subset and member, their mean, and what one training of one subset cost.
/// </summary>
internal sealed record RealRuns(double[][][] Runs, double[][] Mean, double SecondsPerSubset, double FlopsPerSubset,
    double TotalFlops);
