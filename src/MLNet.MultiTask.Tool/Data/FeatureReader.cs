using MLNet.MultiTask.Tool.Data.Csv;

namespace MLNet.MultiTask.Tool.Data;

/// <summary>Reads feature columns; a cell of a column of numbers that is none is an error.</summary>
internal static class FeatureReader
{
    /// <summary>The columns as it was decided to read them, in the order of the file.</summary>
    public static RawColumn[] Read(
        CsvTable csv, int[] rows, TableReading reading, CancellationToken cancellationToken)
    {
        HashSet<string> numbers = [.. reading.Numbers], categories = [.. reading.Categories];
        return [.. csv.Header.Named.Where(n => numbers.Contains(n) || categories.Contains(n)).Select(name =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return categories.Contains(name) ? Texts(csv, rows, name)
                : Numbers(csv, rows, name, ", as in most rows (or name the column with --categorical)");
        })];
    }

    private static RawColumn Numbers(CsvTable csv, ReadOnlySpan<int> rows, string column, string hint) =>
        new(column, CellReader.Numbers(csv, column, "feature", rows, hint));

    private static RawColumn Texts(CsvTable csv, int[] rows, string column)
    {
        CsvColumn cells = csv.Column(column, "feature");
        string[] values = [.. Enumerable.Range(0, cells.ValueCount)
            .Select(code => cells.IsMissing(code) ? "" : cells.Value(code))];
        return new RawColumn(column, values, rows.Length, i => cells.Code(rows[i]));
    }
}
