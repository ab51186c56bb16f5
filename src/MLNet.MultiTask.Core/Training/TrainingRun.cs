using System.Diagnostics;

namespace MLNet.MultiTask.Training;

/// <summary>
/// One training from the first epoch to the last: order of rows, steps, validation, when to stop, what to keep. Of the
/// network it knows its flat parameters only.
/// </summary>
internal sealed class TrainingRun : IDisposable
{
    private const int ValidationBlock = 256;
    private readonly TrainingProblem _problem;
    private readonly float[] _parameters;
    private readonly Func<string> _fingerprint;
    private readonly TrainingOptions _options;
    private readonly TrainingStep _step;
    private readonly BestEpochs _best;
    private readonly RelativeLoss _loss;
    private readonly List<TrainingProgress> _history = [];
    private readonly int[] _order;
    private readonly int _batch;
    private readonly int? _patience;
    private PartialEpoch _partial;

    /// <summary>Takes over a network that is ready.</summary>
    /// <param name="problem">The data.</param>
    /// <param name="network">In training, for batches of up to <see cref="MostRows"/> rows; disposed with the
    /// run.</param>
    /// <param name="parameters">Gets the network's parameters after every epoch, and before every step that somebody
    /// looks at.</param>
    /// <param name="options">How.</param>
    /// <param name="fingerprint">Says everything that decides the bits; asked for checkpoints only.</param>
    public TrainingRun(TrainingProblem problem, ITrainableNetwork network, float[] parameters, TrainingOptions options,
        Func<string> fingerprint)
    {
        (_problem, _parameters, _options) = (problem, parameters, options);
        string? known = null;
        _fingerprint = () => known ??= fingerprint();
        _batch = options.BatchSizeFor(problem.Train.Length);
        _patience = options.PatienceFor(problem.Train.Length);
        _step = new TrainingStep(problem, network, options);
        _best = new BestEpochs(problem.Tasks.Count, options.EarlyStopping == EarlyStopping.PerTask);
        _loss = new RelativeLoss(problem);
        _order = new int[problem.Train.Length];
    }

    /// <summary>Most rows that a network of the run sees at once.</summary>
    public static int MostRows(TrainingProblem problem, TrainingOptions options) =>
        Math.Max(options.BatchSizeFor(problem.Train.Length), Math.Min(ValidationBlock, problem.Validation.Length));

    /// <summary>Goes on after the checkpoint's last step instead of from the start.</summary>
    public void Restore(TrainingCheckpoint checkpoint)
    {
        _step.Restore(checkpoint.Optimizer, checkpoint.Weighting);
        _step.Export(_parameters);
        _history.AddRange(checkpoint.Epochs);
        checkpoint.CopyBestTo(_best);
        _partial = checkpoint.Partial;
    }

    public TrainedParameters Run(IStepObserver? observer, CancellationToken cancellationToken)
    {
        _step.EndAt(cancellationToken);
        StopReason? stop = _partial.Rows > 0 ? null : WhyStop();
        while (stop is null)
        {
            Epoch(_history.Count + 1, observer, cancellationToken);
            stop = WhyStop();
            if (_options.CheckpointSteps is not { } steps || _step.Count % steps == 0 || stop is not null)
                Checkpoint();
        }
        bool keepBest = _options.KeepBestWeights && _best.Epochs[0] > 0;
        return new TrainedParameters
        {
            Parameters = keepBest ? _best.Parameters[_best.Epochs[0]] : _parameters,
            BestEpoch = keepBest ? _best.Epochs[0] : _history.Count,
            BestPerTask = _options is { EarlyStopping: EarlyStopping.PerTask, KeepBestWeights: true }
                ? BestPerTask() : null,
            Epochs = _history,
            StopReason = stop.Value,
            Notes = keepBest && _options.EarlyStopping == EarlyStopping.Macro
                && DecidingTask.Note(_loss, _history, _best.Epochs[0], _problem.Tasks) is { } note ? [note] : [],
        };
    }

    public void Dispose() => _step.Dispose();

    private void Epoch(int epoch, IStepObserver? observer, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        _problem.Train.CopyTo(_order, 0);
        new RandomStream(_options.Seed, "shuffle", epoch).Shuffle<int>(_order);
        double before = _partial.Seconds;
        while (HasMore())
        {
            cancellationToken.ThrowIfCancellationRequested();
            Span<int> rows = _order.AsSpan(_partial.Rows, Math.Min(_batch, _order.Length - _partial.Rows));
            if (observer is not null)
            {
                _step.Export(_parameters);
                observer.OnStep(rows, _step.Count + 1);
            }
            double loss = _step.Run(rows, epoch);
            _partial = _partial.After(rows.Length, loss) with { Seconds = Elapsed() };
            if (_step.Count % _options.CheckpointSteps == 0 && HasMore())
                Checkpoint();
        }
        _step.Export(_parameters);
        observer?.OnEpoch(epoch);
        (double total, double[] taskLosses) = Validate(cancellationToken);
        _step.EndEpoch(taskLosses);
        _best.Observe(epoch, total, taskLosses, _parameters);
        _history.Add(new TrainingProgress(epoch, _step.Count, _partial.MeanLoss, total, taskLosses, _step.LearningRate,
            Elapsed()));
        _partial = default;
        _options.Progress?.Report(_history[^1]);

        bool HasMore() => _partial.Rows < _order.Length && !(_step.Count >= _options.MaxSteps);

        double Elapsed() => before + Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private void Checkpoint()
    {
        if (_options.Checkpoint is null)
            return;
        (OptimizerState optimizer, double[] weighting) = _step.Save();
        _options.Checkpoint(new TrainingCheckpoint(_fingerprint(), _problem, optimizer, weighting, _partial, _best,
            [.. _history]));
    }

    private StopReason? WhyStop() =>
        StopRule.Reason(_history, _step.Count, _best.LastImprovement, _patience, _options);

    private (double Total, double[] PerTask) Validate(CancellationToken cancellationToken)
    {
        int tasks = _problem.Tasks.Count;
        double[] losses = new double[tasks], sums = new double[tasks];
        for (int from = 0; from < _problem.Validation.Length; from += ValidationBlock)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _step.AddLosses(_problem.Validation.AsSpan(from,
                Math.Min(ValidationBlock, _problem.Validation.Length - from)), losses, sums);
        }
        for (int t = 0; t < tasks; t++)
        {
            if (sums[t] > 0 && !double.IsFinite(losses[t]))
                throw new TrainingDivergedException(_problem.Tasks[t].Name, _history.Count + 1, _step.Count,
                    _step.LearningRate);
            losses[t] = sums[t] > 0 ? losses[t] / sums[t] : double.NaN;
        }
        return (_loss.Total(losses), losses);
    }

    private (int Epoch, float[] Parameters, int[] Tasks)[] BestPerTask()
    {
        // A task without validation label follows the mean, or the last epoch where there is no mean either.
        int fallback = _best.Epochs[0] > 0 ? _best.Epochs[0] : _history.Count;
        var epochs = Enumerable.Range(0, _problem.Tasks.Count).GroupBy(t =>
            _best.Epochs[t + 1] > 0 ? _best.Epochs[t + 1] : fallback);
        return [.. epochs.OrderBy(g => g.Key).Select(g =>
            (g.Key, _best.Parameters.GetValueOrDefault(g.Key, _parameters), g.ToArray()))];
    }
}
