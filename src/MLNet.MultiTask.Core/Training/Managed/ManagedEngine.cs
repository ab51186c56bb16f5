using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Training.Managed;

/// <summary>The engine of this assembly: the same bits on any number of threads.</summary>
internal sealed class ManagedEngine : ITrainingEngine
{
    /// <summary>The only one needed; it has no state.</summary>
    public static ManagedEngine Instance { get; } = new();

    public string Name => "managed";

    public ITrainableNetwork Create(TrainingProblem problem, NetworkShape shape, ReadOnlySpan<float> parameters,
        EngineSettings settings, int maxRows) => new ManagedNetwork(problem, shape, parameters, settings, maxRows);
}
