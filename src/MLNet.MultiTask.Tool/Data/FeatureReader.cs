namespace MLNet.MultiTask.Tool.Data;

/// <summary>
/// Reads feature columns. A column is numeric if most of its filled cells are numbers; a cell of it that is not one is
/// an error.
/// </summary>
internal static class FeatureReader
{
    /// <summary>The columns that have no other role, each numeric or categorical by its cells or by name.</summary>
    public static RawColumn[] Read(CsvTable csv, ReadOnlySpan<int> rows, DataDescription description)
    {
        IReadOnlyDictionary<string, string> roles = description.Roles();
        foreach (string column in roles.Keys)
            csv.Column(column, roles[column]);
        foreach (string column in description.Categorical)
            csv.Column(column, "categorical feature");
        List<RawColumn> columns = [];
        foreach (string name in csv.Header)
            if (!roles.ContainsKey(name))
                columns.Add(description.Categorical.Contains(name) || !IsNumeric(csv, rows, name)
                    ? Texts(csv, rows, name)
                    : Numbers(csv, rows, name, ", as in most rows (or name the column with --categorical)"));
        return columns.Count > 0 ? [.. columns]
            : throw new InputException($"{csv.FileName} has no feature column besides " +
                $"{string.Join(", ", roles.Keys.Select(c => $"'{c}'"))}.");
    }

    /// <summary>The columns that an encoder wants, numeric or categorical as they were in training.</summary>
    public static RawColumn[] Read(CsvTable csv, int[] rows, FeatureEncoder encoder) =>
        [.. encoder.Columns.Select(c => c.Categories is null
            ? Numbers(csv, rows, c.Name, " as in training") : Texts(csv, rows, c.Name))];

    private static bool IsNumeric(CsvTable csv, ReadOnlySpan<int> rows, string column)
    {
        IReadOnlyList<string> cells = csv.Column(column, "feature");
        int filled = 0, numbers = 0;
        foreach (int row in rows)
            if (cells[row].Length > 0)
            {
                filled++;
                numbers += CellReader.TryNumber(cells[row], out _) ? 1 : 0;
            }
        return 2 * numbers >= filled;
    }

    private static RawColumn Numbers(CsvTable csv, ReadOnlySpan<int> rows, string column, string hint) =>
        new(column, CellReader.Numbers(csv, column, "feature", rows, hint));

    private static RawColumn Texts(CsvTable csv, ReadOnlySpan<int> rows, string column)
    {
        IReadOnlyList<string> cells = csv.Column(column, "feature");
        var texts = new string[rows.Length];
        for (int i = 0; i < texts.Length; i++)
            texts[i] = cells[rows[i]];
        return new RawColumn(column, texts);
    }
}
