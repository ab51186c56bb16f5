using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Training;

/// <summary>The network of an epoch that was the best one for some tasks.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Network">Over all tasks trained.</param>
/// <param name="Tasks">Numbers, within the network, of the tasks whose best epoch it is; ascending.</param>
public sealed record EpochNetwork(int Epoch, SharedBottomNetwork Network, IReadOnlyList<int> Tasks);
