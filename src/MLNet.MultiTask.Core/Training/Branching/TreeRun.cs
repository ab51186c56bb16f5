using System.Diagnostics;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Training;

/// <summary>One training of a branching network from the first epoch to the last.</summary>
internal sealed class TreeRun : IDisposable
{
    private const int ValidationBlock = 256;
    private readonly TrainingProblem _problem;
    private readonly TrainingOptions _options;
    private readonly TreeShape _shape;
    private readonly TreeParts _parts;
    private readonly TrainingStep _step;
    private readonly BestEpochs _best;
    private readonly RelativeLoss _loss;
    private readonly List<TrainingProgress> _history = [];
    private readonly float[] _parameters;
    private readonly int[] _order;
    private readonly int _batch;
    private readonly int? _patience;

    /// <param name="problem">The data of the tree's tasks.</param>
    /// <param name="tree">Over the problem's tasks.</param>
    /// <param name="options">How; checked by the learner.</param>
    public TreeRun(TrainingProblem problem, TaskTree tree, TrainingOptions options)
    {
        _batch = BatchSize(problem, tree, options);
        (_problem, _options) = (problem, options = options with { BatchSize = _batch });
        _patience = options.PatienceFor(problem.Train.Length);
        _shape = new TreeShape(problem.Table.FeatureCount, options.Hidden, tree, problem.Tasks, options.LayerNorm);
        _parts = new TreeParts(_shape);
        _parameters = TaskTreeNetwork.Initialize(_shape, options.Seed);
        _step = new TrainingStep(problem, new TrainableTree(problem, _shape, _parameters, options.EngineSettings(),
            Math.Max(_batch, Math.Min(ValidationBlock, problem.Validation.Length))), options);
        _best = options.EarlyStopping == EarlyStopping.PerTask ? new BestEpochs(problem.Tasks.Count, perTask: true)
            : new BestEpochs(_parts.Count, perTask: _parts.Count > 1);
        _loss = new RelativeLoss(problem);
        _order = new int[problem.Train.Length];
    }

    /// <summary>The relative validation loss of the model; infinite without a validation label.</summary>
    public double BestLoss => IsPartwise ? _loss.Total(_parts.At(_history, PartEpochs)) : _best.Losses[0];

    // Parts that share nothing are kept from their own best epochs.
    private bool IsPartwise => _parts.Count > 1 && _options.EarlyStopping == EarlyStopping.Macro
        && _best.Epochs[0] > 0;

    // A part without validation label follows the mean.
    private int[] PartEpochs => [.. _best.Epochs.Skip(1).Select(e => e > 0 ? e : _best.Epochs[0])];

    /// <summary>Trains to the end, from the run's checkpoint where there is one.</summary>
    /// <param name="run">Progress, checkpoints, cancellation.</param>
    /// <param name="name">Of the checkpoint.</param>
    /// <param name="tasks">The tasks' numbers in the table.</param>
    public GroupFit Run(LearnerRun run, string name, IReadOnlyList<int> tasks)
    {
        string fingerprint = run.Checkpoints is null ? "" : Fingerprint();
        if (run.Checkpoints?.Read(name, TrainingCheckpoint.Load) is { } latest)
            Restore(latest, fingerprint);
        int saved = _step.Count;
        StopReason? stop = WhyStop();
        while (stop is null)
        {
            Epoch(_history.Count + 1, run.CancellationToken);
            run.Progress?.Report(_history[^1]);
            stop = WhyStop();
            if (run.Checkpoints is not { } store || (stop is null && _step.Count - saved < store.Steps))
                continue;
            (OptimizerState optimizer, double[] weighting) = _step.Save();
            store.Write(name, new TrainingCheckpoint(fingerprint, _problem, optimizer, weighting, default, _best,
                [.. _history]).Save);
            saved = _step.Count;
        }
        bool keepBest = _options.KeepBestWeights && _best.Epochs[0] > 0;
        int epoch = keepBest ? _best.Epochs[0] : _history.Count;
        return new GroupFit
        {
            Models = _options is { EarlyStopping: EarlyStopping.PerTask, KeepBestWeights: true } ? PerTask(tasks)
                : [new([.. tasks], !keepBest ? At(0) : IsPartwise ? OfParts() : At(epoch))],
            Epochs = _history,
            BestEpoch = epoch,
            StopReason = stop.Value,
            Notes = keepBest && _options.EarlyStopping == EarlyStopping.Macro && !IsPartwise
                && DecidingTask.Note(_loss, _history, epoch, _problem.Tasks) is { } note ? [note] : [],
        };
    }

    public void Dispose() => _step.Dispose();

    private void Epoch(int epoch, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        _problem.Train.CopyTo(_order, 0);
        new RandomStream(_options.Seed, "shuffle", epoch).Shuffle<int>(_order);
        PartialEpoch done = default;
        while (done.Rows < _order.Length && !(_step.Count >= _options.MaxSteps))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Span<int> rows = _order.AsSpan(done.Rows, Math.Min(_batch, _order.Length - done.Rows));
            done = done.After(rows.Length, _step.Run(rows, epoch));
        }
        _step.Export(_parameters);
        double[] losses = Validate(cancellationToken);
        double total = _loss.Total(losses);
        _step.EndEpoch(losses);
        _best.Observe(epoch, total, _options.EarlyStopping == EarlyStopping.PerTask ? losses
            : _parts.Losses(_loss, losses), _parameters);
        _history.Add(new TrainingProgress(epoch, _step.Count, done.MeanLoss, total, losses, _step.LearningRate,
            Stopwatch.GetElapsedTime(started).TotalSeconds));
    }

    private double[] Validate(CancellationToken cancellationToken)
    {
        double[] losses = new double[_problem.Tasks.Count], sums = new double[losses.Length];
        for (int from = 0; from < _problem.Validation.Length; from += ValidationBlock)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _step.AddLosses(_problem.Validation.AsSpan(from,
                Math.Min(ValidationBlock, _problem.Validation.Length - from)), losses, sums);
        }
        for (int t = 0; t < losses.Length; t++)
        {
            if (sums[t] > 0 && !double.IsFinite(losses[t]))
                throw new TrainingDivergedException(_problem.Tasks[t].Name, _history.Count + 1, _step.Count,
                    _step.LearningRate);
            losses[t] = sums[t] > 0 ? losses[t] / sums[t] : double.NaN;
        }
        return losses;
    }

    private StopReason? WhyStop() =>
        StopRule.Reason(_history, _step.Count, _best.LastImprovement, _patience, _options);

    // A task without validation label follows the mean, or the last epoch where there is no mean either.
    private ServingModel[] PerTask(IReadOnlyList<int> tasks)
    {
        var epochs = Enumerable.Range(0, tasks.Count)
            .GroupBy(t => _best.Epochs[t + 1] > 0 ? _best.Epochs[t + 1] : _best.Epochs[0]);
        return [.. epochs.OrderBy(g => g.Key).Select(g => new ServingModel([.. g.Select(t => tasks[t])], At(g.Key)))];
    }

    private TaskTreeNetwork OfParts() => new(_shape,
        _parts.Assemble([.. PartEpochs.Select(epoch => _best.Parameters[epoch])]), _problem.Means, _problem.Scales);

    private TaskTreeNetwork At(int epoch) => new(_shape,
        _best.Parameters.TryGetValue(epoch, out float[]? parameters) ? parameters : [.. _parameters], _problem.Means,
        _problem.Scales);

    /// <summary>
    /// Rows per step: so many that a group of the last layer finds as many rows with labels of its own in them as a
    /// network of its own would take. Only where rows hold few tasks' labels is that more than usual.
    /// </summary>
    private static int BatchSize(TrainingProblem problem, TaskTree tree, TrainingOptions options)
    {
        int rows = problem.Train.Length;
        double observed = tree.Levels[^1].Groups.Average(group => (double)problem.Train.Count(row =>
            group.Members.Any(t => problem.Table.IsObserved(row, problem.TaskIndices[t]))));
        return (int)Math.Clamp(Math.Round(options.BatchSizeFor((int)Math.Round(observed)) * rows / observed), 1, rows);
    }

    private string Fingerprint() => TrainingFingerprint.Of(_problem,
        new NetworkShape(_shape.FeatureCount, _shape.Hidden, _problem.Tasks, _shape.LayerNorm), _options) +
        $"\ntree {_shape.Tree}";

    private void Restore(TrainingCheckpoint checkpoint, string fingerprint)
    {
        checkpoint.ThrowIfOfAnother(fingerprint);
        _step.Restore(checkpoint.Optimizer, checkpoint.Weighting);
        _step.Export(_parameters);
        _history.AddRange(checkpoint.Epochs);
        checkpoint.CopyBestTo(_best);
    }
}
