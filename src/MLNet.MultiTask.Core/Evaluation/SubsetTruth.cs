using System.Diagnostics;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Evaluation;

/// <summary>Real training of subsets, run by run; within a run every subset meets the same random numbers.</summary>
internal sealed class SubsetTruth(TaskTable table, RowSplit split, int[][] subsets, TrainingOptions training,
    AffinityValidationOptions options, CancellationToken cancellationToken)
{
    /// <summary>Fine-tunes every base network on every subset for a fixed number of epochs; a run is the mean over the bases.</summary>
    public RealRuns FineTuned(SharedBottomNetwork[] bases, int epochs)
    {
        TrainingOptions tuning = Tuning(epochs);
        return Measure(bases.Length, (run, b, subset) =>
        {
            TrainingResult result = NetworkTrainer.Train(table, split, subset, bases[b], tuning with { Seed = Seed("fine-tuning", run) }, cancellationToken);
            return ([.. result.Epochs[^1].TaskValidationLosses], Flops(result, subset));
        });
    }

    /// <summary>Trains every subset from fresh weights with early stopping; the losses are those of the best epoch.</summary>
    public RealRuns FromScratch() => Measure(1, (run, _, subset) =>
    {
        TrainingResult result = NetworkTrainer.Train(table, split, subset, training with { Seed = Seed("scratch", run), Threads = 1 }, cancellationToken);
        return ([.. result.Epochs[result.BestEpoch - 1].TaskValidationLosses], Flops(result, subset));
    });

    /// <summary>Median over the subsets of the epoch, up to <paramref name="most"/>, with the best mean validation loss.</summary>
    public int MedianBestEpoch(SharedBottomNetwork network, int most)
    {
        var best = new int[subsets.Length];
        Parallel.For(0, subsets.Length, AffinityValidation.Parallelism(options, cancellationToken), s => best[s] = NetworkTrainer.Train(
            table, split, subsets[s], network, Tuning(most) with { KeepBestWeights = true, Seed = Seed("fine-tuning", 0) }, cancellationToken).BestEpoch);
        Array.Sort(best);
        return best[best.Length / 2];
    }

    private TrainingOptions Tuning(int epochs) =>
        training with { MaxEpochs = epochs, MaxSteps = null, Patience = null, KeepBestWeights = false, Threads = 1 };

    private ulong Seed(string purpose, int run) => new RandomStream(options.Seed, purpose, run).NextUInt64();

    private RealRuns Measure(int bases, Func<int, int, int[], (double[] Losses, double Flops)> train)
    {
        var results = new (double[] Losses, double Flops)[options.Runs * bases * subsets.Length];
        long started = Stopwatch.GetTimestamp();
        Parallel.For(0, results.Length, AffinityValidation.Parallelism(options, cancellationToken), i =>
            results[i] = train(i / (bases * subsets.Length), i / subsets.Length % bases, subsets[i % subsets.Length]));
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds / results.Length;
        double[][][] runs = [.. Enumerable.Range(0, options.Runs).Select(run => SubsetValues.Mean(
            [.. Enumerable.Range(0, bases).Select(b => Enumerable.Range(0, subsets.Length)
                .Select(s => results[(run * bases + b) * subsets.Length + s].Losses).ToArray())]))];
        return new RealRuns(runs, SubsetValues.Mean(runs), seconds, results.Average(r => r.Flops));
    }

    // Two operations per multiply-add; forward 1, backward 2; the validation pass of every epoch forward only.
    private double Flops(TrainingResult result, int[] subset)
    {
        double perRow = 2.0 * result.Network.Shape.ParameterCount;
        int Rows(int[] rows) => rows.Count(r => Array.Exists(subset, t => table.IsObserved(r, t)));
        return result.Epochs.Count * perRow * (3.0 * Rows(split.Train) + Rows(split.Validation));
    }
}

/// <summary>Losses of real runs by run, subset and member, their mean, and what one training of one subset cost.</summary>
internal sealed record RealRuns(double[][][] Runs, double[][] Mean, double SecondsPerSubset, double FlopsPerSubset);
