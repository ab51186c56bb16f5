using MLNet.MultiTask.Schema;
using Microsoft.ML;

namespace MLNet.MultiTask.Data;

/// <summary>Features that are labels, found by the names of columns and slots.</summary>
internal static class LabelLeaks
{
    private const int MostNamed = 5;

    /// <exception cref="ArgumentException">A feature is a label; all are named.</exception>
    public static void ThrowIfAny(DataViewSchema schema, string featureColumnName, IReadOnlyList<TaskColumn> tasks)
    {
        HashSet<string> labels = [.. tasks.Select(t => t.LabelColumnName)];
        if (labels.Contains(featureColumnName))
            throw new ArgumentException($"Column '{featureColumnName}' is named as label and as features");
        if (SlotNames.Of(schema[featureColumnName]) is not { } slots)
            return;
        HashSet<string> columns = [.. schema.Select(c => c.Name)];
        HashSet<string> labelSlots = [.. labels.SelectMany(l => SlotNames.Of(schema[l]) ?? []).Where(IsName)];
        string[] leaks = [.. slots.Where(s => labelSlots.Contains(s) || labels.Contains(ColumnOf(s, columns)))
            .Select(s => $"'{s}'")];
        if (leaks.Length > 0)
            throw new ArgumentException($"{(leaks.Length == 1 ? "Feature" : "Features")} " +
                $"{string.Join(", ", leaks.Take(MostNamed))}" +
                (leaks.Length > MostNamed ? $" and {leaks.Length - MostNamed} more" : "") +
                $" in column '{featureColumnName}' {(leaks.Length == 1 ? "is a label" : "are labels")} by name, so " +
                "that the model would only learn to copy; leave labels out of the features, or set " +
                $"{nameof(MultiTaskOptions.AllowLabelsAsFeatures)} where they are known when rows are scored");
    }

    // City=Paris is of City, and what a concatenation calls Pair.first is of Pair, unless a longer name is a column.
    private static string ColumnOf(string slot, HashSet<string> columns)
    {
        for (int end = slot.Length; end > 0; end = slot.LastIndexOfAny(['=', '.'], end - 1))
            if (columns.Contains(slot[..end]))
                return slot[..end];
        return "";
    }

    // Vectors without names of their own number their slots.
    private static bool IsName(string slot) => slot.Length > 0 && !slot.All(char.IsAsciiDigit);
}
