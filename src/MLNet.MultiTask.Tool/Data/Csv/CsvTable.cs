namespace MLNet.MultiTask.Tool.Data.Csv;

/// <summary>A CSV file as columns; every row has as many cells as the header.</summary>
internal sealed class CsvTable
{
    private readonly Dictionary<string, CsvColumn> _columns;
    private readonly LineNumbers _lines;

    internal CsvTable(string path, CsvHeader header, CsvColumn[] columns, LineNumbers lines, RowsHash rowsHash)
    {
        (FileName, Header, _lines, RowsHash) = (Path.GetFileName(path), header, lines, rowsHash);
        _columns = columns.ToDictionary(c => c.Name, StringComparer.Ordinal);
    }

    /// <summary>The file's name, as error messages call it.</summary>
    public string FileName { get; }

    /// <summary>The columns' names, and how the file is written.</summary>
    public CsvHeader Header { get; }

    /// <summary>Number of rows below the header.</summary>
    public int RowCount => _lines.RowCount;

    /// <summary>Hashes over header and rows.</summary>
    public RowsHash RowsHash { get; }

    /// <summary>The line, counted from 1, on which a row starts.</summary>
    public long Line(int row) => _lines[row];

    /// <summary>Whether the header names the column.</summary>
    public bool Has(string column) => _columns.ContainsKey(column);

    /// <summary>A column.</summary>
    /// <param name="column">A name of the header.</param>
    /// <param name="role">What the column is for, as the error says it.</param>
    public CsvColumn Column(string column, string role) =>
        _columns.TryGetValue(column, out CsvColumn? cells) ? cells
            : throw new InputException($"{FileName} has no column '{column}', wanted as {role} column" +
                $"{Header.HintAtSeparator()}.");

    /// <summary>Reads the whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">How it is written.</param>
    /// <param name="texts">Columns whose texts are wanted although they look like numbers.</param>
    /// <param name="cancellationToken">Looked at all the time.</param>
    public static CsvTable Read(
        string path, CsvFormat format, IEnumerable<string> texts, CancellationToken cancellationToken) =>
        new CsvFileReader(path, format).Read(texts.ToHashSet(StringComparer.Ordinal), cancellationToken);
}
