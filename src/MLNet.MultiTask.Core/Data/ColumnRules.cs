namespace MLNet.MultiTask.Data;

/// <summary>
/// How a raw column is read that nothing else is said of: the one place that decides, for pipelines and the command.
/// </summary>
internal static class ColumnRules
{
    // Fewer different texts than that may be categories even if each occurs once.
    private const int FewTexts = 20;
    private const double NearlyAll = 0.9;

    /// <summary>Whether a column holds numbers: at least half of its cells that are not missing are.</summary>
    public static bool AreNumbers(long numbers, long filled) => 2 * numbers >= filled;

    /// <summary>Whether the texts of a column only name rows: nearly every one is another.</summary>
    public static bool NameRows(int different, long filled) => different >= FewTexts && different > NearlyAll * filled;

    /// <summary>
    /// The notation in which most of nearly all texts of a column are numbers, and a text that has it; null where they
    /// are none.
    /// </summary>
    /// <param name="texts">The different texts that are neither numbers nor missing, each with its number of
    /// cells.</param>
    public static (string Notation, string Example)? NotationOf(IEnumerable<(string Text, long Cells)> texts)
    {
        Dictionary<string, (long Cells, string Example)> found = [];
        long all = 0, some = 0;
        foreach ((string text, long cells) in texts)
        {
            all += cells;
            if (CellTexts.NotationOf(text) is not { } notation)
                continue;
            some += cells;
            (long before, string example) = found.GetValueOrDefault(notation, (0, text));
            found[notation] = (before + cells, example);
        }
        return some > NearlyAll * all && found.MaxBy(n => n.Value.Cells) is { Key: { } most, Value: var value }
            ? (most, value.Example) : null;
    }
}
