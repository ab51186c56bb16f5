using System.Diagnostics;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Training;

/// <summary>One training of a tabular network from the first epoch to the last.</summary>
internal sealed class TabularTraining : IDisposable
{
    private const int ValidationBlock = 256;
    private readonly TrainingProblem _problem;
    private readonly TabularOptions _options;
    private readonly RelativeLoss _relative;
    private readonly TabularNetwork _start;
    private readonly TabularStep _network;
    private readonly TrainingStep _step;
    private readonly TemperatureScaling _temperatures;
    private readonly float[] _validated, _factors;
    private readonly List<TrainingProgress> _history = [];
    private readonly ulong _seed;
    private readonly float _rate;
    private readonly int _batch;
    private readonly long _totalSteps;
    private float[] _best, _bestFactors;
    private double _bestLoss = double.PositiveInfinity;
    private int _bestEpoch, _bestSteps;

    public TabularTraining(TrainingProblem problem, TabularOptions options, FeatureScaling scaling, ulong seed,
        int threads, Func<ITrainableNetwork, ITrainableNetwork>? around = null)
    {
        (_problem, _options, _seed) = (problem, options, seed);
        _relative = new RelativeLoss(problem);
        _batch = options.BatchSizeFor(problem.Train.Length);
        _totalSteps = options.Epochs * ((problem.Train.Length - 1L) / _batch + 1);
        double regression = problem.Tasks.Average(t => t.Kind == TaskKind.Regression ? 1.0 : 0);
        _rate = options.LearningRateFor(problem.Tasks);
        _start = TabularBuilder.Create(problem, options, scaling,
            options.Activation ?? (regression > 0.5 ? NetworkActivation.Mish : NetworkActivation.Selu), seed);
        _network = new TabularStep(problem, _start, options.LabelSmoothing,
            Math.Max(_batch, Math.Min(ValidationBlock, problem.Validation.Length)), threads);
        var trainable = new TabularTrainable(_network, options, _totalSteps, seed);
        _step = new TrainingStep(problem, around is null ? trainable : around(trainable),
            options.ForWeighting(_batch, _rate, seed),
            number => _rate * TabularSchedules.LearningRate((number - 1.0) / _totalSteps));
        _best = _network.Parameters;
        _temperatures = new TemperatureScaling(problem, _start.Shape.Heads, options.TemperatureScaling);
        (_validated, _factors) = (new float[problem.Validation.Length * _start.OutputCount],
            new float[problem.Tasks.Count]);
        _bestFactors = [.. problem.Tasks.Select(_ => 1f)];
    }

    /// <summary>The best validation loss so far; NaN without a validation label.</summary>
    public double BestLoss => _bestEpoch > 0 ? _bestLoss : double.NaN;

    public GroupFit Run(LearnerRun run, IReadOnlyList<int> tasks)
    {
        string fingerprint = run.Checkpoints is null ? "" : Fingerprint();
        if (run.Checkpoints?.Read(run.CheckpointName, TabularState.Read) is { } state)
            Restore(state, fingerprint);
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
            TabularState now = new(fingerprint, optimizer, weighting, _best, _bestFactors, _bestLoss, _bestEpoch,
                _bestSteps, _history);
            store.Write(run.CheckpointName, now.Write);
            saved = _step.Count;
        }
        float[] parameters = _bestEpoch > 0 ? _best : _network.Parameters;
        return new GroupFit
        {
            Models = [new([.. tasks], new TabularNetwork(_start.Shape, _start.Scaling, _start.Edges, parameters,
                Targets()))],
            Epochs = _history,
            BestEpoch = _bestEpoch > 0 ? _bestEpoch : _history.Count,
            StopReason = stop.Value,
        };
    }

    public void Dispose() => _step.Dispose();

    private StopReason? WhyStop()
    {
        if (_history.Count >= _options.Epochs)
            return _bestEpoch > 0 ? StopReason.MaxEpochs : StopReason.NoValidation;
        return _bestEpoch > 0 && _step.Count - _bestSteps >= _options.PatienceSteps ? StopReason.NoImprovement : null;
    }

    private void Epoch(int epoch, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        int[] order = [.. _problem.Train];
        new RandomStream(_seed, "tabular/shuffle", epoch).Shuffle<int>(order);
        double sum = 0;
        int batches = 0;
        for (int from = 0; from < order.Length; from += _batch, batches++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            sum += _step.Run(order.AsSpan(from, Math.Min(_batch, order.Length - from)), epoch);
        }
        float rate = _step.LearningRate;
        double[] losses = Validate(epoch, rate, cancellationToken);
        _step.EndEpoch(losses);
        double loss = _relative.Total(losses);
        if (loss < _bestLoss)
            (_best, _bestFactors, _bestLoss, _bestEpoch, _bestSteps) =
                ([.. _network.Parameters], [.. _factors], loss, epoch, _step.Count);
        _history.Add(new TrainingProgress(epoch, _step.Count, sum / batches, loss, losses, rate,
            Stopwatch.GetElapsedTime(started).TotalSeconds));
    }

    private double[] Validate(int epoch, float rate, CancellationToken cancellationToken)
    {
        int[] rows = _problem.Validation;
        int outputs = _start.OutputCount;
        for (int from = 0; from < rows.Length; from += ValidationBlock)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _network.ComputeOutputs(rows.AsSpan(from, Math.Min(ValidationBlock, rows.Length - from)),
                _validated.AsSpan(from * outputs));
        }
        if (_validated.AsSpan().ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
            throw new TrainingDivergedException(NotFinite(), epoch, _step.Count, rate);
        return _temperatures.Evaluate(rows, _validated, _factors);
    }

    // The first task with an output that is no number.
    private string NotFinite()
    {
        int at = Array.FindIndex(_validated, v => !float.IsFinite(v)) % _start.OutputCount,
            t = _problem.Tasks.Count - 1;
        while (_start.OutputOffset(t) > at)
            t--;
        return _problem.Tasks[t].Name;
    }

    /// <summary>Targets, with the factor of each classification task's logits.</summary>
    private TargetRange[] Targets() => [.. _start.Targets.Select((target, t) =>
        _problem.Tasks[t].Kind == TaskKind.Regression ? target : TargetRange.OfLogits(_bestFactors[t]))];

    private string Fingerprint() => string.Join('\n', [_options.Text(),
        FormattableString.Invariant($"seed {_seed}"), $"smooth clip {_start.Scaling.SmoothClip}",
        "tasks " + string.Join(", ", _problem.Tasks.Select(TrainingFingerprint.Describe)),
        FormattableString.Invariant($"rows numbered {TrainingFingerprint.Hash(_problem):x16}"),
        FormattableString.Invariant($"data {_problem.Table.ContentHash:x16}"), .. _problem.Table.Parts]);

    private void Restore(TabularState state, string fingerprint)
    {
        if (state.Fingerprint != fingerprint)
            throw new ArgumentException("The checkpoint is of another training: it has " +
                TrainingFingerprint.Difference(state.Fingerprint, fingerprint));
        _step.Restore(state.Optimizer, state.Weighting);
        (_best, _bestFactors, _bestLoss, _bestEpoch, _bestSteps) =
            (state.Best, state.BestFactors, state.BestLoss, state.BestEpoch, state.BestSteps);
        _history.AddRange(state.Epochs);
    }
}
