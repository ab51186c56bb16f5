namespace MLNet.MultiTask;

/// <summary>What a model costs to keep and to ask.</summary>
/// <param name="Bytes">Of the numbers that were learned; null = not known.</param>
/// <param name="MicrosecondsPerRow">Time to score one of many rows on one thread, as it was measured.</param>
public sealed record SweepCost(long? Bytes, double MicrosecondsPerRow);
