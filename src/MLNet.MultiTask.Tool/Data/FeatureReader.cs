using MLNet.MultiTask.Tool.Data.Csv;

namespace MLNet.MultiTask.Tool.Data;

/// <summary>Reads feature columns; a cell of a column of numbers that is none is noted as bad.</summary>
internal static class FeatureReader
{
    /// <summary>Notes cells that are neither numbers nor missing in columns that were read as numbers.</summary>
    public static void NoteUnlessNumbers(CsvTable csv, ReadOnlySpan<int> rows, TableReading reading, BadCells bad,
        CancellationToken cancellationToken)
    {
        foreach (string name in reading.Numbers)
        {
            cancellationToken.ThrowIfCancellationRequested();
            CellReader.NoteUnlessNumbers(
                csv, name, "feature", rows, bad, ", as in most rows (or name the column with --categorical)");
        }
    }

    /// <summary>The columns as it was decided to read them, in the order of the file; their cells stay there.</summary>
    public static RawColumn[] Read(CsvTable csv, int[] rows, TableReading reading)
    {
        HashSet<string> numbers = [.. reading.Numbers], categories = [.. reading.Categories];
        return [.. csv.Header.Named.Where(n => numbers.Contains(n) || categories.Contains(n))
            .Select(name => categories.Contains(name) ? Texts(csv, rows, name) : Numbers(csv, rows, name))];
    }

    private static RawColumn Numbers(CsvTable csv, int[] rows, string column)
    {
        CsvColumn cells = csv.Column(column, "feature");
        return new RawColumn(column, rows.Length,
            i => cells.TryNumber(rows[i], out double number) ? number : double.NaN);
    }

    private static RawColumn Texts(CsvTable csv, int[] rows, string column)
    {
        CsvColumn cells = csv.Column(column, "feature");
        string[] values = [.. Enumerable.Range(0, cells.ValueCount)
            .Select(code => cells.IsMissing(code) ? "" : cells.Value(code))];
        return new RawColumn(column, values, rows.Length, i => cells.Code(rows[i]));
    }
}
