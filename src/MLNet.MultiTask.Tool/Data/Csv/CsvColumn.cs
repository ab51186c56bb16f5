using System.Globalization;
using System.Text;

namespace MLNet.MultiTask.Tool.Data.Csv;

/// <summary>
/// The cells of a column: every different one once and a small number per row, or, where nearly all of many are
/// different numbers, the numbers.
/// </summary>
internal sealed class CsvColumn(string name, CsvFormat format, bool keepTexts)
{
    // A column of numbers keeps their texts up to that many different ones.
    private const int MostPooledNumbers = 4096;

    private readonly HashSet<string> _missing = new(format.Missing, StringComparer.OrdinalIgnoreCase);
    private readonly bool _missingNumbers = format.Missing.Any(m =>
        CsvNumber.TryParse(Encoding.UTF8.GetBytes(m), format.DecimalMark, out _));

    private ValuePool _pool = new();
    private Codes? _codes = new();
    private Blocks<double>? _numbers;
    private List<(double Number, bool IsMissing, bool IsNumber)> _meanings = [];
    private int _texts;
    // In a column of numbers: what is none, by row.
    private Dictionary<int, int>? _others;

    public string Name { get; } = name;

    /// <summary>Whether the texts of all cells are known; if not, it is a column of many different numbers.</summary>
    public bool HasTexts => _codes is not null;

    /// <summary>Number of different cells of a column that has its texts.</summary>
    public int ValueCount => _pool.Count;

    public void Add(ReadOnlySpan<byte> cell, int row)
    {
        if (_codes is null)
        {
            AddNumber(cell, row);
            return;
        }
        int code = _pool.Add(cell);
        if (code == _meanings.Count)
            _meanings.Add(Meaning(cell));
        _codes.Add(code);
        if (!keepTexts && _pool.Count > MostPooledNumbers && code == _pool.Count - 1)
            DropTextsOfNumbers();
    }

    /// <summary>The number of a cell's text, of a column that has its texts.</summary>
    public int Code(int row) => _codes![row];

    /// <summary>A different cell's text.</summary>
    public string Value(int code) => _pool.Text(code);

    /// <summary>Whether a different cell says that the value is not known.</summary>
    public bool IsMissing(int code) => _meanings[code].IsMissing;

    /// <summary>Whether a different cell is a number; NaN where it is missing.</summary>
    public bool TryNumberOf(int code, out double number)
    {
        (number, bool missing, bool isNumber) = _meanings[code];
        return missing || isNumber;
    }

    /// <summary>Whether a row's cell is a number; NaN where it is missing.</summary>
    public bool TryNumber(int row, out double number)
    {
        if (_codes is not null)
            return TryNumberOf(_codes[row], out number);
        number = _numbers![row];
        return !double.IsNaN(number) || _others is null || !_others.ContainsKey(row);
    }

    /// <summary>Whether a row's value is not known.</summary>
    public bool IsMissingAt(int row) => TryNumber(row, out double number) && double.IsNaN(number);

    /// <summary>A row's cell; a column of many different numbers gives the number.</summary>
    public string Text(int row) => _codes is not null ? _pool.Text(_codes[row])
        : _others is not null && _others.TryGetValue(row, out int other) ? _pool.Text(other)
        : double.IsNaN(_numbers![row]) ? "" : _numbers[row].ToString("R", CultureInfo.InvariantCulture);

    private (double, bool, bool) Meaning(ReadOnlySpan<byte> cell)
    {
        if (IsMissing(cell))
            return (double.NaN, true, false);
        bool isNumber = CsvNumber.TryParse(cell, format.DecimalMark, out double number);
        _texts += isNumber ? 0 : 1;
        return (isNumber ? number : double.NaN, false, isNumber);
    }

    private bool IsMissing(ReadOnlySpan<byte> cell) =>
        cell.Length == 0 || (cell.Length <= 16 && _missing.Contains(Encoding.UTF8.GetString(cell)));

    private void AddNumber(ReadOnlySpan<byte> cell, int row)
    {
        if (CsvNumber.TryParse(cell, format.DecimalMark, out double number) && !(_missingNumbers && IsMissing(cell)))
            _numbers!.Add(number);
        else
        {
            _numbers!.Add(double.NaN);
            if (!IsMissing(cell))
                (_others ??= [])[row] = _pool.Add(cell);
        }
    }

    // A few texts among many numbers are kept, to be named as errors or to be the reason to say --categorical.
    private void DropTextsOfNumbers()
    {
        if (20 * _texts > _pool.Count)
            return;
        var others = new ValuePool();
        if (_texts > 0)
            for (int row = 0; row < _codes!.Count; row++)
                if (_codes[row] is var code && _meanings[code] is { IsMissing: false, IsNumber: false })
                    (_others ??= [])[row] = others.Add(_pool[code]);
        _numbers = _codes!.Map([.. _meanings.Select(m => m.Number)]);
        (_pool, _codes, _meanings) = (others, null, []);
    }
}
