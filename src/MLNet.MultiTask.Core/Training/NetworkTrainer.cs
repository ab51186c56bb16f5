using System.Diagnostics;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Training;

/// <summary>Trains one shared-bottom network on some tasks of a table, by mini-batches and AdamW.</summary>
public static class NetworkTrainer
{
    /// <summary>Trains from fresh weights.</summary>
    /// <param name="table">All tasks' data.</param>
    /// <param name="split">Rows to fit on and rows that decide when to stop.</param>
    /// <param name="tasks">Columns of the tasks to train, in the network's order. Rows where none is observed are left out.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Looked at every batch.</param>
    /// <exception cref="ArgumentException">A task cannot be learned from the training rows (it is named), or a row or task is out of range.</exception>
    /// <exception cref="TrainingDivergedException">A task's loss became infinite or NaN.</exception>
    public static TrainingResult Train(TaskTable table, RowSplit split, IReadOnlyList<int> tasks, TrainingOptions options,
        CancellationToken cancellationToken = default) => Train(table, split, tasks, options, null, cancellationToken);

    /// <summary>Trains from fresh weights while <paramref name="observer"/> looks on.</summary>
    internal static TrainingResult Train(TaskTable table, RowSplit split, IReadOnlyList<int> tasks, TrainingOptions options,
        ITrainingObserver? observer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var problem = new TrainingProblem(table, split, tasks);
        var shape = new NetworkShape(table.FeatureCount, options.Hidden, problem.Tasks);
        SharedBottomNetwork fresh = SharedBottomNetwork.Initialize(shape, options.Seed);
        return Run(problem, new SharedBottomNetwork(shape, fresh.Parameters, problem.Means, problem.Scales), options, observer, cancellationToken);
    }

    /// <summary>Continues from a network's weights (fine-tuning); <paramref name="start"/> is left as it is.</summary>
    /// <param name="table">All tasks' data.</param>
    /// <param name="split">Rows to fit on and rows that decide when to stop.</param>
    /// <param name="tasks">Columns of the tasks to train; heads are taken from <paramref name="start"/> by task name.</param>
    /// <param name="start">Gives trunk, heads and target scaling; it must hold every task trained.</param>
    /// <param name="options">How; <see cref="TrainingOptions.Hidden"/> is not used.</param>
    /// <param name="cancellationToken">Looked at every batch.</param>
    /// <exception cref="ArgumentException"><paramref name="start"/> lacks a task or takes other features.</exception>
    /// <exception cref="TrainingDivergedException">A task's loss became infinite or NaN.</exception>
    public static TrainingResult Train(TaskTable table, RowSplit split, IReadOnlyList<int> tasks, SharedBottomNetwork start,
        TrainingOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(start);
        options.Validate();
        var problem = new TrainingProblem(table, split, tasks);
        if (start.Shape.FeatureCount != table.FeatureCount)
            throw new ArgumentException($"The network takes {start.Shape.FeatureCount} features, the table has {table.FeatureCount}", nameof(start));
        SharedBottomNetwork own = start.Select(problem.Tasks);
        (problem.Means, problem.Scales) = (own.TargetMeans, own.TargetScales);
        return Run(problem, own, options, null, cancellationToken);
    }

    private static TrainingResult Run(TrainingProblem problem, SharedBottomNetwork network, TrainingOptions options,
        ITrainingObserver? observer, CancellationToken cancellationToken)
    {
        int batch = Math.Min(options.BatchSize ?? (problem.Train.Length > 5000 ? 256 : 128), problem.Train.Length);
        float[] parameters = network.Parameters, best = [.. parameters];
        using var step = new TrainingStep(problem, network.Shape, parameters, options, Math.Max(batch, Math.Min(256, problem.Validation.Length)));
        var history = new List<TrainingProgress>();
        int[] order = [.. problem.Train];
        double bestLoss = double.PositiveInfinity;
        int bestEpoch = 0;
        StopReason? stop = null;
        for (int epoch = 1; stop is null; epoch++)
        {
            long started = Stopwatch.GetTimestamp();
            problem.Train.CopyTo(order, 0);
            new RandomStream(options.Seed, "shuffle", epoch).Shuffle<int>(order);
            double trainLoss = 0;
            int count = 0;
            for (int from = 0; from < order.Length && !(step.Count >= options.MaxSteps); from += batch)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Span<int> rows = order.AsSpan(from, Math.Min(batch, order.Length - from));
                if (observer is not null)
                {
                    step.Export(parameters);
                    observer.OnStep(network, rows, step.Count + 1);
                }
                double total = step.Run(rows, epoch);
                if (!double.IsNaN(total))
                    (trainLoss, count) = (trainLoss + total, count + 1);
            }
            step.Export(parameters);
            observer?.OnEpoch(network, epoch);
            (double loss, double[] taskLosses) = Validate(problem, step, cancellationToken);
            if (loss < bestLoss)
            {
                (bestLoss, bestEpoch) = (loss, epoch);
                parameters.CopyTo(best, 0);
            }
            history.Add(new TrainingProgress(epoch, step.Count, count == 0 ? double.NaN : trainLoss / count, loss, taskLosses,
                options.LearningRate, Stopwatch.GetElapsedTime(started).TotalSeconds));
            options.Progress?.Report(history[^1]);
            bool validated = !double.IsNaN(loss);
            if (step.Count >= options.MaxSteps)
                stop = validated ? StopReason.MaxSteps : StopReason.NoValidation;
            else if (validated && epoch - bestEpoch >= options.Patience)
                stop = StopReason.NoImprovement;
            else if (epoch == options.MaxEpochs)
                stop = validated ? StopReason.MaxEpochs : StopReason.NoValidation;
        }
        bool keepBest = options.KeepBestWeights && bestEpoch > 0;
        return new TrainingResult
        {
            Network = new SharedBottomNetwork(network.Shape, keepBest ? best : parameters, network.TargetMeans, network.TargetScales),
            BestEpoch = keepBest ? bestEpoch : history.Count,
            Epochs = history,
            StopReason = stop.Value,
        };
    }

    private static (double Total, double[] PerTask) Validate(TrainingProblem problem, TrainingStep step, CancellationToken cancellationToken)
    {
        int tasks = problem.Tasks.Count;
        double[] losses = new double[tasks], sums = new double[tasks];
        const int block = 256;
        for (int from = 0; from < problem.Validation.Length; from += block)
        {
            cancellationToken.ThrowIfCancellationRequested();
            step.AddLosses(problem.Validation.AsSpan(from, Math.Min(block, problem.Validation.Length - from)), losses, sums);
        }
        for (int t = 0; t < tasks; t++)
            losses[t] = sums[t] > 0 ? losses[t] / sums[t] : double.NaN;
        return (MultiTaskLoss.Total(problem.Tasks, losses, sums), losses);
    }
}
