using System.Globalization;

namespace MLNet.MultiTask.Tool.Data;

/// <summary>
/// Names of classes and tasks, where texts that are equal as numbers are one name: a column with missing cells is often
/// written with 1.0 for 1.
/// </summary>
internal static class NumericNames
{
    /// <summary>What two texts of one name have in common.</summary>
    public static string Key(string text) =>
        CellReader.TryNumber(text, out double number) && !double.IsNaN(number)
            ? (number == 0 ? 0 : number).ToString("R", CultureInfo.InvariantCulture) : text;

    /// <summary>The shortest text of each name.</summary>
    public static IEnumerable<string> Distinct(IEnumerable<string> texts) =>
        texts.GroupBy(Key, StringComparer.Ordinal)
            .Select(g => g.OrderBy(t => t.Length).ThenBy(t => t, StringComparer.Ordinal).First());

    /// <summary>The place of each name, to be looked up by <see cref="Key"/>.</summary>
    public static Dictionary<string, int> Index(IReadOnlyList<string> names)
    {
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < names.Count; i++)
            index.TryAdd(Key(names[i]), i);
        return index;
    }
}
