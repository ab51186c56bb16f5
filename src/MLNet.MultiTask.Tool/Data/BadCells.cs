using MLNet.MultiTask.Tool.Data.Csv;

namespace MLNet.MultiTask.Tool.Data;

/// <summary>Cells of one column that are not what its role needs.</summary>
internal sealed class BadCells(CsvTable csv, string column, string role)
{
    private const int Most = 1000;

    private readonly List<(int Row, string Expected)> _cells = [];
    private long _count;

    public void Add(int row, string expected)
    {
        _count++;
        if (_cells.Count < Most)
            _cells.Add((row, expected));
    }

    /// <summary>Names the first by its line of the file, and the others with it.</summary>
    public void ThrowIfAny()
    {
        if (_count == 0)
            return;
        CsvColumn cells = csv.Column(column, role);
        _cells.Sort((a, b) => a.Row.CompareTo(b.Row));
        (int first, string expected) = _cells[0];
        string more = _count == 1 ? "" : $" ({_count - 1} more such cells, on lines " +
            $"{Some.Of([.. _cells.Skip(1).Select(c => $"{csv.Line(c.Row)}")])})";
        throw new InputException($"{csv.FileName} line {csv.Line(first)}: {role} column '{column}' holds " +
            $"'{Shorten(cells.Text(first))}'; {expected}{MissingWords.Advice(cells.Text(first))}{more}.");
    }

    private static string Shorten(string cell) => cell.Length <= 60 ? cell : cell[..60] + "…";
}
