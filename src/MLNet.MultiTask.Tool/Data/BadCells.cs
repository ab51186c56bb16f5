using MLNet.MultiTask.Data;
using MLNet.MultiTask.Tool.Data.Csv;

namespace MLNet.MultiTask.Tool.Data;

/// <summary>Cells of a file that are not what the roles of their columns need.</summary>
internal sealed class BadCells(CsvTable csv)
{
    private const int Most = 1000;

    private readonly Dictionary<string, BadColumn> _columns = new(StringComparer.Ordinal);

    public void Add(string column, string role, int row, string expected)
    {
        if (!_columns.TryGetValue(column, out BadColumn? bad))
            _columns.Add(column, bad = new BadColumn(role));
        bad.Count++;
        if (bad.Cells.Count < Most)
            bad.Cells.Add((row, expected));
    }

    /// <summary>Names all columns, each with its first cells by their lines of the file.</summary>
    /// <exception cref="InputException">There are such cells.</exception>
    public void ThrowIfAny()
    {
        if (_columns.Count == 0)
            return;
        foreach (BadColumn column in _columns.Values)
            column.Cells.Sort((a, b) => a.Row.CompareTo(b.Row));
        (string name, BadColumn first) = _columns.First();
        string[] others = [.. _columns.Skip(1).Select(c => Other(c.Key, c.Value, first.Cells[0].Expected))];
        throw new InputException($"{csv.FileName} line {Line(first, 0)}: {first.Role} column '{name}' holds " +
            $"'{Text(name, first)}'; {first.Cells[0].Expected}{Advice(name, first)}" +
            More(first) +
            $"{(others.Length == 0 ? "" : $"; and so {Counted.Of(others.Length, "other column")}: ")}" +
            $"{Some.Of(others)}.");
    }

    private string Other(string name, BadColumn bad, string expected) =>
        $"{bad.Role} column '{name}' holds '{Text(name, bad)}' on line {Line(bad, 0)}" +
        More(bad) +
        (bad.Cells[0].Expected == expected ? "" : $" ({bad.Cells[0].Expected}{Advice(name, bad)})");

    private string More(BadColumn bad) => bad.Count == 1 ? ""
        : $" ({Counted.Of(bad.Count - 1, "more such cell")}, on {(bad.Count == 2 ? "line" : "lines")} " +
            $"{Some.Of([.. Enumerable.Range(1, bad.Cells.Count - 1).Select(cell => $"{Line(bad, cell)}")])})";

    private long Line(BadColumn bad, int cell) => csv.Line(bad.Cells[cell].Row);

    private string Advice(string name, BadColumn bad) => MissingWords.Advice(Cell(name, bad));

    private string Text(string name, BadColumn bad) =>
        Cell(name, bad) is { Length: > 60 } cell ? cell[..60] + "…" : Cell(name, bad);

    private string Cell(string name, BadColumn bad) => csv.Column(name, bad.Role).Text(bad.Cells[0].Row);

    private sealed class BadColumn(string role)
    {
        public string Role { get; } = role;

        public long Count { get; set; }

        public List<(int Row, string Expected)> Cells { get; } = [];
    }
}
