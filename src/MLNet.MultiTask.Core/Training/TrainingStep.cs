using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Training;

/// <summary>What the loop repeats on any engine, without allocating: a batch's step, and losses without a
/// step.</summary>
internal sealed class TrainingStep : IDisposable
{
    private readonly TrainingProblem _problem;
    private readonly TrainingOptions _options;
    private readonly ITrainableNetwork _network;
    private readonly TaskWeigher? _weigher;
    private readonly TaskDraw? _draw;
    private readonly float[] _factors;
    private readonly long _totalSteps;
    private readonly Func<int, float> _rates;

    /// <summary>Starts from flat parameters; batches have up to <paramref name="maxRows"/> rows.</summary>
    public TrainingStep(TrainingProblem problem, NetworkShape shape, ReadOnlySpan<float> parameters,
        TrainingOptions options, int maxRows)
        : this(problem, options.Engine.Create(problem, shape, parameters, options.EngineSettings(), maxRows), options)
    {
    }

    /// <summary>Takes over a network that is ready.</summary>
    /// <param name="problem">Data and tasks.</param>
    /// <param name="network">The network.</param>
    /// <param name="options">How it is trained.</param>
    /// <param name="rates">Step size by the number of the step; null = the schedule of the options.</param>
    /// <exception cref="NotSupportedException">The weighting makes steps that it cannot.</exception>
    public TrainingStep(TrainingProblem problem, ITrainableNetwork network, TrainingOptions options,
        Func<int, float>? rates = null)
    {
        (_problem, _options) = (problem, options);
        long epochSteps = (problem.Train.Length - 1L) / options.BatchSizeFor(problem.Train.Length) + 1;
        _totalSteps = Math.Min(options.MaxSteps ?? long.MaxValue, options.MaxEpochs * epochSteps);
        _rates = rates ?? (number => LearningRates.At(options.Schedule, options.LearningRate, number, _totalSteps));
        _network = SteppedNetwork.Around(network, problem, options, _totalSteps);
        if (options.Weighting is not EqualWeighting)
            _weigher = new TaskWeigher(problem, options, _totalSteps);
        if (options.Sampling.Temperature is { } temperature)
            _draw = new TaskDraw(problem.CountLabels(), temperature, options.Seed);
        _factors = new float[problem.Tasks.Count];
        Losses = new double[problem.Tasks.Count];
    }

    /// <summary>Lets a step that is made of many passes end between them.</summary>
    /// <param name="cancellationToken">Looked at there.</param>
    public void EndAt(CancellationToken cancellationToken)
    {
        if (_network is SteppedNetwork stepped)
            stepped.CancellationToken = cancellationToken;
    }

    /// <summary>Steps made.</summary>
    public int Count { get; private set; }

    /// <summary>Step size of the last step.</summary>
    public float LearningRate { get; private set; }

    /// <summary>Per task of the last batch: weighted mean loss; 0 where the task is absent.</summary>
    public double[] Losses { get; }

    /// <summary>Per task of the last batch: Σ of weights.</summary>
    public ReadOnlySpan<double> WeightSums => _network.WeightSums;

    /// <summary>
    /// Makes one step on some rows and returns the batch's total loss; NaN where no task with positive weight is
    /// present.
    /// </summary>
    /// <exception cref="TrainingDivergedException">A task's loss is infinite or NaN.</exception>
    public double Run(ReadOnlySpan<int> rows, int epoch)
    {
        Count++;
        LearningRate = _rates(Count);
        Begin(rows, Count);
        _draw?.Keep(_factors, _network.WeightSums, Count);
        ReadOnlySpan<float> trunkWeights = default;
        if (_weigher is not null)
        {
            _network.ComputeLosses();
            ReadLosses(epoch);
            trunkWeights = _weigher.Weigh(_network, rows, Losses, _factors, epoch, Count, LearningRate);
        }
        _network.Descend(_factors, trunkWeights, Count, LearningRate);
        ReadLosses(epoch);
        double total = MultiTaskLoss.Total(_problem.Tasks, Losses, _network.WeightSums);
        _weigher?.AfterStep(_network, rows, Count, LearningRate);
        return total;
    }

    /// <summary>The gradient of a batch's total loss by the flat parameters, tasks weighing equal; no step.</summary>
    public void ComputeGradient(ReadOnlySpan<int> rows, Span<float> gradient)
    {
        Begin(rows, Count + 1);
        _network.ComputeGradient(_factors, default, gradient);
        ReadLosses(0);
    }

    /// <summary>Adds Σ w·ℓ and Σ w of a batch per task, without gradient.</summary>
    public void AddLosses(ReadOnlySpan<int> rows, Span<double> losses, Span<double> weightSums)
    {
        _network.Forward(rows, 0);
        _network.ComputeLosses();
        for (int t = 0; t < losses.Length; t++)
        {
            losses[t] += _network.LossSums[t];
            weightSums[t] += _network.WeightSums[t];
        }
    }

    /// <summary>Tells the weighting of an epoch's validation losses.</summary>
    public void EndEpoch(ReadOnlySpan<double> validationLosses) => _weigher?.EndEpoch(validationLosses);

    /// <summary>Copies the parameters out, in the network's own layout.</summary>
    public void Export(Span<float> parameters) => _network.Export(parameters);

    /// <summary>Copies out what changes from step to step: the network's part, and the weighting's.</summary>
    public (OptimizerState Optimizer, double[] Weighting) Save() => (_network.Save(Count),
        [.. _weigher?.Save() ?? [], .. (_network as SteppedNetwork)?.SaveOwn() ?? []]);

    /// <summary>Goes back to a saved state.</summary>
    public void Restore(OptimizerState optimizer, double[] weighting)
    {
        Count = optimizer.Steps;
        _network.Restore(optimizer);
        var stepped = _network as SteppedNetwork;
        int own = stepped?.StateLength ?? 0;
        _weigher?.Restore(weighting.AsSpan(0, weighting.Length - own));
        stepped?.RestoreOwn(weighting.AsSpan(weighting.Length - own));
    }

    public void Dispose() => _network.Dispose();

    private void Begin(ReadOnlySpan<int> rows, int number)
    {
        _network.Forward(rows, number);
        double present = MultiTaskLoss.PresentTaskWeight(_problem.Tasks, _network.WeightSums);
        for (int t = 0; t < _factors.Length; t++)
            _factors[t] = _network.WeightSums[t] > 0 && present > 0
                ? (float)(_problem.Tasks[t].Weight / (_network.WeightSums[t] * present)) : 0;
    }

    private void ReadLosses(int epoch)
    {
        for (int t = 0; t < Losses.Length; t++)
        {
            Losses[t] = _network.WeightSums[t] > 0 ? _network.LossSums[t] / _network.WeightSums[t] : 0;
            if (!double.IsFinite(Losses[t]))
                throw new TrainingDivergedException(_problem.Tasks[t].Name, epoch, Count, LearningRate,
                    _network.WhereNotFinite(), isUpdated: Count > 1);
        }
    }
}
