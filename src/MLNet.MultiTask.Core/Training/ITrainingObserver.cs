using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Training;

/// <summary>
/// Looks on while a network is trained; the network's parameters are the live ones and must not be changed.
/// </summary>
internal interface ITrainingObserver
{
    /// <summary>Before a step.</summary>
    /// <param name="network">The network as the step finds it.</param>
    /// <param name="rows">The batch's rows of the table.</param>
    /// <param name="step">Number of the step, from 1.</param>
    void OnStep(SharedBottomNetwork network, ReadOnlySpan<int> rows, int step)
    {
    }

    /// <summary>After an epoch's last step.</summary>
    /// <param name="network">The network as the epoch leaves it.</param>
    /// <param name="epoch">Number of the epoch, from 1.</param>
    void OnEpoch(SharedBottomNetwork network, int epoch)
    {
    }
}
