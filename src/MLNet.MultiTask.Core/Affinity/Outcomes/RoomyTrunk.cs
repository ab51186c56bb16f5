namespace MLNet.MultiTask.Affinity;

/// <summary>
/// The trunk of networks that are asked what tasks have in common. That is a property of the data, which a narrow trunk
/// hides: its few units serve the tasks that pull hardest, and all others look alike.
/// </summary>
internal static class RoomyTrunk
{
    private static readonly IReadOnlyList<int> s_least = new TrainingOptions().Hidden;

    /// <summary>
    /// The same training with every shared layer at least as wide as the default's; the same object where it is.
    /// </summary>
    public static TrainingOptions Of(TrainingOptions training)
    {
        int[] hidden = [.. training.Hidden.Select((width, layer) =>
            Math.Max(width, s_least[Math.Min(layer, s_least.Count - 1)]))];
        return hidden.SequenceEqual(training.Hidden) ? training
            : training with { Hidden = hidden, InitialModel = null };
    }
}
