using MLNet.MultiTask.Data;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Training;

/// <summary>Trains one shared-bottom network on some tasks of a table, by mini-batches and AdamW.</summary>
public static class NetworkTrainer
{
    /// <summary>Trains from fresh weights, or from those of <see cref="TrainingOptions.InitialModel"/>.</summary>
    /// <param name="table">All tasks' data.</param>
    /// <param name="split">Rows to fit on and rows that decide when to stop.</param>
    /// <param name="tasks">Columns of the tasks to train, in the network's order. Rows where none is observed are left
    /// out.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Looked at every batch.</param>
    /// <exception cref="ArgumentException">A task cannot be learned from the training rows (it is named), or a row or
    /// task is out of range.</exception>
    /// <exception cref="TrainingDivergedException">A task's loss became infinite or NaN.</exception>
    public static TrainingResult Train(TaskTable table, RowSplit split, IReadOnlyList<int> tasks,
        TrainingOptions options, CancellationToken cancellationToken = default) =>
        Train(table, split, tasks, options, null, cancellationToken);

    /// <summary>Trains from fresh weights while <paramref name="observer"/> looks on.</summary>
    internal static TrainingResult Train(TaskTable table, RowSplit split, IReadOnlyList<int> tasks,
        TrainingOptions options, ITrainingObserver? observer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        using SharedBottomRun run = Fresh(new TrainingProblem(table, split, tasks), options);
        return run.Run(observer, cancellationToken);
    }

    /// <summary>
    /// Trains from fresh weights, or goes on from the checkpoint of <paramref name="network"/> where there is one;
    /// keeps checkpoints under that name.
    /// </summary>
    internal static TrainingResult Train(TaskTable table, RowSplit split, IReadOnlyList<int> tasks,
        TrainingOptions options, ICheckpointStore? checkpoints, string network, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (checkpoints is null)
            return Train(table, split, tasks, options, cancellationToken);
        TrainingOptions kept = options with
        {
            CheckpointSteps = options.CheckpointSteps ?? checkpoints.Steps,
            Checkpoint = checkpoint =>
            {
                checkpoints.Write(network, checkpoint.Save);
                options.Checkpoint?.Invoke(checkpoint);
            },
        };
        return checkpoints.Read(network, TrainingCheckpoint.Load) is { } latest
            ? Resume(table, split, tasks, latest, kept, cancellationToken)
            : Train(table, split, tasks, kept, cancellationToken);
    }

    /// <summary>Continues from a network's weights (fine-tuning); <paramref name="start"/> is left as it is.</summary>
    /// <param name="table">All tasks' data.</param>
    /// <param name="split">Rows to fit on and rows that decide when to stop.</param>
    /// <param name="tasks">Columns of the tasks to train; heads are taken from <paramref name="start"/> by task
    /// name.</param>
    /// <param name="start">Gives trunk, heads and target scaling; it must hold every task trained.</param>
    /// <param name="options">How; <see cref="TrainingOptions.Hidden"/>, <see cref="TrainingOptions.LayerNorm"/> and
    /// <see cref="TrainingOptions.InitialModel"/> are not used.</param>
    /// <param name="cancellationToken">Looked at every batch.</param>
    /// <exception cref="ArgumentException"><paramref name="start"/> lacks a task or takes other features.</exception>
    /// <exception cref="TrainingDivergedException">A task's loss became infinite or NaN.</exception>
    public static TrainingResult Train(TaskTable table, RowSplit split, IReadOnlyList<int> tasks,
        SharedBottomNetwork start, TrainingOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(start);
        options.Validate();
        var problem = new TrainingProblem(table, split, tasks);
        if (start.Shape.FeatureCount != table.FeatureCount)
            throw new ArgumentException($"The network takes {Counted.Of(start.Shape.FeatureCount, "feature")}, " +
                $"the table has {table.FeatureCount}", nameof(start));
        SharedBottomNetwork own = start.Select(problem.Tasks);
        (problem.Means, problem.Scales) = (own.TargetMeans, own.TargetScales);
        using var run = new SharedBottomRun(problem, own, options);
        return run.Run(null, cancellationToken);
    }

    /// <summary>Goes on from a checkpoint, to the same bits as if training had never stopped.</summary>
    /// <param name="table">As before.</param>
    /// <param name="split">As before.</param>
    /// <param name="tasks">As before.</param>
    /// <param name="checkpoint">What <see cref="TrainingOptions.Checkpoint"/> was given, or read from a file.</param>
    /// <param name="options">As before; threads, limits and observers may differ. After fine-tuning, with the network's
    /// own hidden layers, layer norm and linear skip.</param>
    /// <param name="cancellationToken">Looked at every batch.</param>
    /// <exception cref="ArgumentException">The checkpoint is of other data, tasks or options; the difference is
    /// named.</exception>
    /// <exception cref="TrainingDivergedException">A task's loss became infinite or NaN.</exception>
    public static TrainingResult Resume(TaskTable table, RowSplit split, IReadOnlyList<int> tasks,
        TrainingCheckpoint checkpoint, TrainingOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(checkpoint);
        options.Validate();
        var problem = new TrainingProblem(table, split, tasks);
        checkpoint.ThrowIfOfAnother(TrainingFingerprint.Of(problem, Shape(problem, options), options));
        (problem.Means, problem.Scales) = (checkpoint.TargetMeans, checkpoint.TargetScales);
        using SharedBottomRun run = Fresh(problem, options);
        run.Restore(checkpoint);
        return run.Run(null, cancellationToken);
    }

    private static SharedBottomRun Fresh(TrainingProblem problem, TrainingOptions options)
    {
        if (options.InitialModel is not null)
            return new SharedBottomRun(problem, WarmStart.Network(problem, options), options);
        NetworkShape shape = Shape(problem, options);
        float[] parameters = SharedBottomNetwork.Initialize(shape, options.Seed).Parameters;
        return new SharedBottomRun(problem, new SharedBottomNetwork(shape, parameters, problem.Means, problem.Scales),
            options);
    }

    private static NetworkShape Shape(TrainingProblem problem, TrainingOptions options) =>
        new(problem.Table.FeatureCount, options.Hidden, problem.Tasks, options.LayerNorm,
            options.LinearSkip);
}
