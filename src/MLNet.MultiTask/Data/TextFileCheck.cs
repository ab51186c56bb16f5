using System.Text;

namespace MLNet.MultiTask.Data;

/// <summary>What ML.NET's loader of text files would change or leave out without a word.</summary>
internal sealed class TextFileCheck(string path, char separator)
{
    private const int MostNamed = 5;

    // No text holds it.
    private const char Invalid = '\uFFFF';

    private readonly List<string> _problems = [];
    private long _count;

    /// <summary>Reads the whole file once.</summary>
    /// <exception cref="ArgumentException">Lines cannot be read as they are written; they are named.</exception>
    public void ThrowIfAny()
    {
        using var reader = new StreamReader(path, Encoding.GetEncoding(Encoding.UTF8.CodePage,
            EncoderFallback.ReplacementFallback, new DecoderReplacementFallback($"{Invalid}")));
        int expected = -1;
        for (long number = 1; reader.ReadLine() is { } line; number++)
        {
            if (line.Length == 0)
                continue;
            int cells = Count(line, out bool isOpen);
            expected = expected < 0 ? cells : expected;
            if (line.Contains(Invalid))
                Add(number, "holds bytes that are no UTF-8 text; write the file in UTF-8");
            else if (line.StartsWith("//", StringComparison.Ordinal))
                Add(number, "begins with //, which ML.NET takes for a comment; quote its first cell");
            else if (isOpen)
                Add(number, "has a quoted cell that does not end on it; write a cell on one line");
            else if (cells != expected)
                Add(number, $"has {Counted.Of(cells, "cell")}, but the first line has {expected}");
        }
        if (_count > 0)
            throw new ArgumentException($"'{path}': {string.Join("; ", _problems)}" +
                (_count > MostNamed ? $"; and {_count - MostNamed} more such lines" : ""), nameof(path));
    }

    private void Add(long line, string problem)
    {
        if (_count++ < MostNamed)
            _problems.Add($"line {line} {problem}");
    }

    /// <summary>Cells of a line as ML.NET counts them.</summary>
    private int Count(ReadOnlySpan<char> line, out bool isOpen)
    {
        int cells = 1;
        isOpen = false;
        while (true)
        {
            ReadOnlySpan<char> cell = line.TrimStart(' ');
            if (cell.StartsWith("\"", StringComparison.Ordinal))
            {
                line = cell[1..];
                while (true)
                {
                    int quote = line.IndexOf('"');
                    if (quote < 0)
                    {
                        isOpen = true;
                        return cells;
                    }
                    line = line[(quote + 1)..];
                    if (!line.StartsWith("\"", StringComparison.Ordinal))
                        break;
                    line = line[1..];
                }
            }
            int end = line.IndexOf(separator);
            if (end < 0)
                return cells;
            cells++;
            line = line[(end + 1)..];
        }
    }
}
