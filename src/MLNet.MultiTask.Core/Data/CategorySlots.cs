namespace MLNet.MultiTask;

/// <summary>
/// Neighbouring features that together say one category: at most one of them is not 0 in a row (one-hot). Forests
/// split on the category itself, any of its values against the others.
/// </summary>
/// <param name="First">The first of the features.</param>
/// <param name="Count">How many there are, at least 1.</param>
public sealed record CategorySlots(int First, int Count);
