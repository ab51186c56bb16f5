using Microsoft.ML;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Schema;

namespace MLNet.MultiTask.Featurization;

/// <summary>Reads the raw columns of a view in one pass and learns how to encode them.</summary>
internal static class RawTableReader
{
    private const int MostNamed = 8;

    /// <exception cref="ArgumentException">
    /// There is no row, or columns cannot be read (all of them are named).
    /// </exception>
    public static (FeatureEncoder Encoder, CellForm[] Forms, string[] Notes) Read(
        IDataView input, FeaturizeEstimator.Options options)
    {
        DataViewSchema.Column[] columns = [.. options.Columns.Select(c => input.Schema.Find("feature", c))];
        using DataViewRowCursor cursor = input.GetRowCursor(columns);
        RawCells[] cells = [.. columns.Select(c => RawCells.Open(cursor, c))];
        var rules = new CellRules(options.Missing, options.DecimalComma);
        RawColumnBuilder[] builders = [.. columns.Select((c, i) =>
            new RawColumnBuilder(c.Name, cells[i], rules, options.Categorical.Contains(c.Name)))];
        int rows = 0;
        for (; cursor.MoveNext(); rows++)
            foreach (RawColumnBuilder builder in builders)
                builder.ReadRow();
        if (rows == 0)
            throw new ArgumentException("The data has no rows", nameof(input));
        string[] problems = [.. builders.Select(b => b.FindProblem()).OfType<string>()];
        if (problems.Length > 0)
            throw new ArgumentException(string.Join("; ", problems), nameof(input));
        RawColumn[] raw = [.. builders.Select(b => b.ToRawColumn())];
        string[] notes = [.. Ids(raw, rows), .. raw.SelectMany((c, i) => builders[i].Notes(c))
            .GroupBy(n => n.What, n => n.Which).Select(g => $"{g.Key} {Some([.. g])}")];
        return (FeatureEncoder.Learn(raw, [.. Enumerable.Range(0, rows)], options.MissingIndicators),
            [.. cells.Select(c => c.Form)], notes);
    }

    private static IEnumerable<string> Ids(RawColumn[] columns, int rows)
    {
        string[] ids = [.. columns.Where(c => c.NumberOf is { } number && IdNumbers.LookLikeIds(rows, number))
            .Select(c => $"'{c.Name}'")];
        if (ids.Length > 0)
            yield return $"Every row has a number of its own in {(ids.Length == 1 ? "column" : "columns")} " +
                $"{string.Join(", ", ids)}, as ids and row counters have; leave out what only names rows";
    }

    private static string Some(string[] items) => items.Length <= MostNamed ? string.Join(", ", items)
        : $"{string.Join(", ", items.Take(MostNamed))} and {items.Length - MostNamed} more";
}
