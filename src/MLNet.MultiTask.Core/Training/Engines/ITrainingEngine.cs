using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Training;

/// <summary>What computes a network's gradients and steps: the managed engine, or one of another assembly.</summary>
public interface ITrainingEngine
{
    /// <summary>The engine's name; two engines give different bits, so it is part of a training's
    /// fingerprint.</summary>
    string Name { get; }

    /// <summary>Makes a shared-bottom network ready for training.</summary>
    /// <param name="problem">Rows, labels and weights; outlives the network.</param>
    /// <param name="shape">The network's sizes.</param>
    /// <param name="parameters">Where to start, in the flat layout of <see cref="SharedBottomNetwork"/>.</param>
    /// <param name="settings">How.</param>
    /// <param name="maxRows">Most rows of a batch.</param>
    /// <exception cref="NotSupportedException">A setting is not possible with this engine; it is named.</exception>
    ITrainableNetwork Create(TrainingProblem problem, NetworkShape shape, ReadOnlySpan<float> parameters,
        EngineSettings settings, int maxRows);
}
