using System.Text;
using System.Text.Unicode;
using CsvHelper;

namespace MLNet.MultiTask.Tool.Data.Csv;

/// <summary>Reads a CSV file in one pass into columns.</summary>
internal sealed class CsvFileReader(string path, CsvFormat format)
{
    private readonly string _file = Path.GetFileName(path);

    /// <summary>Reads the header only.</summary>
    public CsvHeader ReadHeader() => Guard((reader, encoding) => ReadHeader(reader, encoding));

    /// <summary>Reads all rows.</summary>
    public CsvTable Read(HashSet<string> texts, CancellationToken cancellationToken) => Guard((reader, encoding) =>
    {
        CsvHeader header = ReadHeader(reader, encoding);
        header.ThrowIfRepeated(_file);
        CsvColumn?[] columns = [.. header.Names.Select(name =>
            name.Length == 0 ? null : new CsvColumn(name, format, texts.Contains(name)))];
        var hash = new RowsHash();
        hash.Add(reader.RawRecord);
        LineNumbers lines = ReadRows(reader, columns, header, hash, cancellationToken);
        return lines.RowCount > 0
            ? new CsvTable(path, header, [.. columns.OfType<CsvColumn>()], lines, hash)
            : throw new InputException($"{_file} has a header but no rows.");
    });

    private LineNumbers ReadRows(
        CsvReader reader, CsvColumn?[] columns, CsvHeader header, RowsHash hash, CancellationToken cancellationToken)
    {
        var lines = new LineNumbers();
        var ragged = new RaggedRows(_file, header);
        while (reader.Read())
        {
            if ((lines.RowCount & 255) == 0)
                cancellationToken.ThrowIfCancellationRequested();
            ThrowIfNotText(reader, header.Encoding);
            if (reader.FieldCount != columns.Length)
                ragged.Add(reader.LineNumber, reader.FieldCount);
            else
            {
                int row = lines.RowCount;
                hash.Add(reader.RawRecord);
                for (int i = 0; i < columns.Length; i++)
                    columns[i]?.Add(reader.GetSpan(i), row);
                lines.Add(reader.LineNumber);
            }
        }
        ragged.ThrowIfAny();
        return lines;
    }

    private CsvHeader ReadHeader(CsvReader reader, string encoding)
    {
        if (!reader.Read())
            throw new InputException($"{_file} is empty; a header line and rows are expected.");
        ThrowIfNotText(reader, encoding);
        return new CsvHeader(reader.Current.ToArray(), reader.Separator, encoding);
    }

    private void ThrowIfNotText(CsvReader reader, string encoding)
    {
        ReadOnlySpan<byte> record = reader.RawRecord;
        if (!Utf8.IsValid(record) || (encoding != Encoding.UTF8.WebName && record.IndexOf(CsvStream.Invalid) >= 0))
            throw new InputException($"{_file} line {reader.LineNumber} holds bytes that are no {encoding} text; " +
                "name the file's encoding, such as --encoding windows-1252.");
    }

    private T Guard<T>(Func<CsvReader, string, T> read)
    {
        try
        {
            (PeekedStream stream, Encoding encoding) = CsvStream.Open(path, format.Encoding);
            using (stream)
            {
                char separator = format.Separator ?? SeparatorSearch.Find(stream.Head);
                using CsvReader reader = CsvReader.Create(stream, Options(separator), leaveOpen: true);
                return read(reader, encoding.WebName);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputException.CannotRead(path, e);
        }
        catch (CsvFormatException e)
        {
            throw new InputException($"{_file} line {e.LineNumber} is not CSV: {e.Message}", e);
        }
    }

    private static CsvReaderOptions Options(char separator) => new()
    {
        Separator = separator,
        HasHeader = false,
        TrimWhitespace = true,
        // A tab that separates is no whitespace.
        WhitespaceCharacters = separator == '\t' ? " " : " \t",
        TrackLineNumbers = true,
        MalformedData = CsvMalformedDataHandling.Throw,
    };
}
