namespace MLNet.MultiTask.Training;

/// <summary>
/// Keeps the latest checkpoint of every network of a training, so that an interrupted one can go on. Used by several
/// threads at once, each with networks of its own.
/// </summary>
public interface ICheckpointStore
{
    /// <summary>
    /// Steps from one checkpoint of a network to the next, where <see cref="TrainingOptions.CheckpointSteps"/> does not
    /// say it.
    /// </summary>
    int Steps { get; }

    /// <summary>The latest checkpoint of a network; null = there is none.</summary>
    /// <param name="network">Name of the network: letters, digits and hyphens.</param>
    TrainingCheckpoint? Read(string network);

    /// <summary>Replaces the checkpoint of a network.</summary>
    /// <param name="network">Name of the network: letters, digits and hyphens.</param>
    /// <param name="checkpoint">What to keep.</param>
    void Write(string network, TrainingCheckpoint checkpoint);
}
