using CsvHelper;

namespace MLNet.MultiTask.Tool.Data;

/// <summary>A CSV file as columns of trimmed texts; every row has as many cells as the header.</summary>
internal sealed class CsvTable
{
    private static readonly CsvReaderOptions Options = new()
    {
        Separator = ',',
        HasHeader = false,
        TrimWhitespace = true,
        PoolStrings = true,
        TrackLineNumbers = true,
        MalformedData = CsvMalformedDataHandling.Throw,
    };

    private readonly Dictionary<string, List<string>> _columns;
    private readonly List<long> _lines;

    private CsvTable(string path, string[] header, Dictionary<string, List<string>> columns, List<long> lines) =>
        (FileName, Header, _columns, _lines) = (Path.GetFileName(path), header, columns, lines);

    /// <summary>The file's name, as error messages call it.</summary>
    public string FileName { get; }

    /// <summary>Column names in file order.</summary>
    public IReadOnlyList<string> Header { get; }

    /// <summary>Number of rows below the header.</summary>
    public int RowCount => _lines.Count;

    /// <summary>The line, counted from 1, on which a row starts.</summary>
    public long Line(int row) => _lines[row];

    /// <summary>Whether the header names the column.</summary>
    public bool Has(string column) => _columns.ContainsKey(column);

    /// <summary>All cells of a column.</summary>
    /// <param name="column">A name of the header.</param>
    /// <param name="role">What the column is for, as the error says it.</param>
    public IReadOnlyList<string> Column(string column, string role) =>
        _columns.TryGetValue(column, out List<string>? cells) ? cells
        : throw new InputException($"{FileName} has no column '{column}', wanted as {role} column.");

    /// <summary>Reads the column names only.</summary>
    public static string[] ReadHeader(string path) => Guard(path, reader => ReadNames(Path.GetFileName(path), reader));

    /// <summary>Reads the whole file.</summary>
    public static CsvTable Read(string path, CancellationToken cancellationToken) =>
        Guard(path, reader => Read(path, reader, cancellationToken));

    private static T Guard<T>(string path, Func<CsvReader, T> read)
    {
        try
        {
            using CsvReader reader = CsvReader.FromFile(path, Options);
            return read(reader);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"Cannot read '{path}': {e.Message}", e);
        }
        catch (CsvFormatException e)
        {
            throw new InputException($"{Path.GetFileName(path)} line {e.LineNumber} is not CSV: {e.Message}", e);
        }
    }

    private static CsvTable Read(string path, CsvReader reader, CancellationToken cancellationToken)
    {
        string file = Path.GetFileName(path);
        string[] header = ReadNames(file, reader);
        List<string>[] cells = [.. header.Select(_ => new List<string>())];
        var columns = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        for (int i = 0; i < header.Length; i++)
            columns.Add(header[i], cells[i]);
        List<long> lines = [];
        while (reader.Read())
        {
            if ((lines.Count & 1023) == 0)
                cancellationToken.ThrowIfCancellationRequested();
            if (reader.FieldCount != header.Length)
                throw new InputException($"{file} line {reader.LineNumber} has {reader.FieldCount} cells, but the " +
                    $"header has {header.Length}.");
            for (int i = 0; i < cells.Length; i++)
                cells[i].Add(reader.GetString(i));
            lines.Add(reader.LineNumber);
        }
        return lines.Count > 0 ? new CsvTable(path, header, columns, lines)
            : throw new InputException($"{file} has a header but no rows.");
    }

    private static string[] ReadNames(string file, CsvReader reader)
    {
        if (!reader.Read())
            throw new InputException($"{file} is empty; a header line and rows are expected.");
        string[] names = reader.Current.ToArray();
        for (int i = 0; i < names.Length; i++)
            if (Array.IndexOf(names, names[i]) is int first && first < i)
                throw new InputException($"{file} names column '{names[i]}' twice in its header (columns {first + 1} " +
                    $"and {i + 1}).");
        return names;
    }
}
