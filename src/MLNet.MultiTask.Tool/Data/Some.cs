namespace MLNet.MultiTask.Tool.Data;

/// <summary>Lists in sentences.</summary>
internal static class Some
{
    private const int Most = 8;

    /// <summary>The items with commas between them; of many the first ones and how many more there are.</summary>
    public static string Of(IReadOnlyCollection<string> items) => items.Count <= Most ? string.Join(", ", items)
        : $"{string.Join(", ", items.Take(Most))} and {items.Count - Most} more";
}
