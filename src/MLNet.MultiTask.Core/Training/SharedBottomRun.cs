using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Training;

/// <summary>A training of a shared-bottom network on the engine that the options name.</summary>
internal sealed class SharedBottomRun : IDisposable
{
    private readonly SharedBottomNetwork _network;
    private readonly TrainingRun _run;

    /// <summary>Trains <paramref name="network"/> in place.</summary>
    public SharedBottomRun(TrainingProblem problem, SharedBottomNetwork network, TrainingOptions options)
    {
        _network = network;
        _run = new TrainingRun(problem, options.Engine.Create(problem, network.Shape, network.Parameters,
            options.EngineSettings(), TrainingRun.MostRows(problem, options)), network.Parameters, options,
            () => TrainingFingerprint.Of(problem, network.Shape, options));
    }

    /// <inheritdoc cref="TrainingRun.Restore"/>
    public void Restore(TrainingCheckpoint checkpoint) => _run.Restore(checkpoint);

    public TrainingResult Run(ITrainingObserver? observer, CancellationToken cancellationToken)
    {
        TrainedParameters trained =
            _run.Run(observer is null ? null : new Shown(_network, observer), cancellationToken);
        return new TrainingResult
        {
            Network = With(trained.Parameters),
            BestEpoch = trained.BestEpoch,
            BestPerTask = trained.BestPerTask is null ? null
                : [.. trained.BestPerTask.Select(b => new EpochNetwork(b.Epoch, With(b.Parameters), b.Tasks))],
            Epochs = trained.Epochs,
            StopReason = trained.StopReason,
            Notes = trained.Notes,
        };
    }

    public void Dispose() => _run.Dispose();

    private SharedBottomNetwork With(float[] parameters) => parameters == _network.Parameters ? _network
        : new(_network.Shape, parameters, _network.TargetMeans, _network.TargetScales);

    private sealed class Shown(SharedBottomNetwork network, ITrainingObserver observer) : IStepObserver
    {
        public void OnStep(ReadOnlySpan<int> rows, int step) => observer.OnStep(network, rows, step);

        public void OnEpoch(int epoch) => observer.OnEpoch(network, epoch);
    }
}
