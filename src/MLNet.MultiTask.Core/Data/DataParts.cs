using System.Globalization;

namespace MLNet.MultiTask.Data;

/// <summary>
/// Hashes of a table's columns and of runs of its rows, as two lines of text, so that it can be said what differs where
/// the whole does.
/// </summary>
internal static class DataParts
{
    private const string ColumnsName = "columns", RowsName = "parts of rows";
    private const int Runs = 200;
    private const int MostNamed = 8;

    /// <summary>The two lines.</summary>
    public static string[] Of(TaskTable table)
    {
        int d = table.FeatureCount, tasks = table.Tasks.Count;
        uint[] columns = new uint[d + tasks], runs = new uint[Math.Min(Runs, table.RowCount)];
        var scratch = new float[d];
        for (int row = 0; row < table.RowCount; row++)
        {
            ref uint run = ref runs[(long)row * runs.Length / table.RowCount];
            ReadOnlySpan<float> features = table.Features.Row(row, scratch);
            for (int c = 0; c < d; c++)
                Add(ref columns[c], ref run, features[c]);
            for (int t = 0; t < tasks; t++)
            {
                Add(ref columns[d + t], ref run, table.Label(row, t));
                Add(ref columns[d + t], ref run, table.Weight(row, t));
            }
        }
        return [string.Join('\t', [ColumnsName, .. columns.Select((h, c) => Text(Name(table, c), h))]),
            string.Join('\t', [RowsName, .. runs.Select((h, r) => Text($"{r}", h))])];
    }

    /// <summary>What differs between lines of two tables of as many rows; null where the lines do not say.</summary>
    public static string? Difference(IReadOnlyList<string> stored, IReadOnlyList<string> own)
    {
        if (Find(stored, ColumnsName) is not { } columnsBefore || Find(own, ColumnsName) is not { } columns
            || Find(stored, RowsName) is not { } rowsBefore || Find(own, RowsName) is not { } rows
            || columns.Length != columnsBefore.Length || rows.Length != rowsBefore.Length)
            return null;
        string[] differing = [.. columns.Where((c, i) => c != columnsBefore[i]).Select(c => c[..c.LastIndexOf(' ')])];
        int changed = rows.Where((r, i) => r != rowsBefore[i]).Count();
        return differing.Length == 0 ? null : "other data: " +
            string.Join(", ", differing.Take(MostNamed)) +
            (differing.Length > MostNamed ? $" and {differing.Length - MostNamed} more" : "") +
            $" {(differing.Length == 1 ? "differs" : "differ")}, in at most " +
            string.Create(CultureInfo.InvariantCulture, $"{100.0 * changed / rows.Length:0.#} % of the rows");
    }

    private static string[]? Find(IReadOnlyList<string> lines, string name) =>
        lines.FirstOrDefault(l => l.StartsWith(name + '\t', StringComparison.Ordinal)) is { } line
            ? line.Split('\t')[1..] : null;

    private static string Name(TaskTable table, int column) => column >= table.FeatureCount
        ? $"label '{table.Tasks[column - table.FeatureCount].Name}'"
        : table.FeatureNames?[column] is { Length: > 0 } name ? $"feature '{name}'" : $"feature {column}";

    private static string Text(string name, uint hash) => string.Create(CultureInfo.InvariantCulture,
        $"{name.ReplaceLineEndings(" ").Replace('\t', ' ')} {hash:x8}");

    private static void Add(ref uint column, ref uint run, float cell)
    {
        uint bits = BitConverter.SingleToUInt32Bits(cell);
        column = (uint)RandomStream.Mix(((ulong)column << 32) | bits);
        run = (uint)RandomStream.Mix(((ulong)run << 32) | bits);
    }
}
