using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask;

/// <summary>How <see cref="DataMapsAffinity"/> trains the network it looks at.</summary>
public sealed record DataMapsOptions : ObservedAffinityOptions;
