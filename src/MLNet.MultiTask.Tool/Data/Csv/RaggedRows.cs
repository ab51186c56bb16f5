using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Tool.Data.Csv;

/// <summary>Rows with another number of cells than the header.</summary>
internal sealed class RaggedRows(string file, CsvHeader header)
{
    private const int Most = 1000;

    private readonly List<string> _lines = [];
    private long _count;

    public void Add(long line, int cells)
    {
        _count++;
        if (_lines.Count < Most)
            _lines.Add(_lines.Count == 0 ? $"line {line} has {Counted.Of(cells, "cell")}" : $"{line}");
    }

    /// <summary>Names them all.</summary>
    public void ThrowIfAny()
    {
        if (_count == 0)
            return;
        string others = _lines.Count == 1 ? "" : _count <= Most
            ? $"; so have other lines another number: {Some.Of(_lines[1..])}"
            : $"; so have {_count - 1} other lines another number, such as {string.Join(", ", _lines[1..6])}";
        throw new InputException($"{file} {_lines[0]}, but the header has {header.Names.Count}{others}" +
            $"{header.HintAtSeparator()}.");
    }
}
