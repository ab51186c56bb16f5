using System.Globalization;
using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Featurization;

/// <summary>Collects the cells of one raw column and decides whether they are numbers or categories.</summary>
internal sealed class RawColumnBuilder(string name, RawCells cells, CellRules rules, bool asCategories)
{
    private const int MostNamed = 3;

    private readonly List<double> _numbers = [];
    private readonly List<int> _codes = [];
    private readonly List<string> _texts = [];
    private readonly Dictionary<string, int> _codeOf = new(StringComparer.Ordinal);

    public void ReadRow()
    {
        if (cells.IsNumber && !asCategories)
            _numbers.Add(cells.Number());
        else
            _codes.Add(Code(cells.IsNumber ? RawCells.TextOf(cells.Number()) : rules.Category(cells.Text().Span)));
    }

    /// <summary>Why the column cannot be read, with the way out; null where it can.</summary>
    public string? FindProblem()
    {
        if (cells.IsNumber && !asCategories)
            return _numbers.FindIndex(double.IsInfinity) is >= 0 and var row
                ? string.Create(CultureInfo.InvariantCulture, $"column '{name}' is infinite in row {row}; ") +
                  "a finite number or NaN (missing) is expected" : null;
        if (asCategories)
            return null;
        if (IsNumeric())
            return BadNumbers();
        long[] count = Counts();
        (string Text, long Cells)[] filled = [.. _texts.Zip(count).Where(t => t.First.Length > 0)];
        if (cells.Form == CellForm.Text
            && ColumnRules.NotationOf(filled.Where(t => !IsNumber(t.Text))) is var (notation, example))
            return $"column '{name}' looks like numbers in another notation ({notation}, such as '{example}'); write " +
                $"them like 1234.5, set {nameof(FeaturizeEstimator.Options.DecimalComma)} where a comma is before " +
                $"decimals, or name the column in {nameof(FeaturizeEstimator.Options.Categorical)}";
        long rows = filled.Sum(t => t.Cells);
        if (!ColumnRules.NameRows(filled.Length, rows))
            return null;
        (string what, string wayOut) = ColumnNotes.DateOrTime([.. filled.Select(t => t.Text)]) is null ? ("values", "")
            : ("dates or times", "make numbers of them, such as the month or the days since one of them, ");
        return $"column '{name}' has {filled.Length} different {what} in {Counted.Of(rows, "row")}, so that nothing " +
            $"can be learned from it; {wayOut}leave it out, or name it in " +
            nameof(FeaturizeEstimator.Options.Categorical);
    }

    /// <summary>What is odd about a column that can be read: what it is, and the column.</summary>
    public IEnumerable<(string What, string Which)> Notes(RawColumn column)
    {
        Func<int, double>? number = column.NumberOf;
        string[] texts = number is null || _codes.Count > 0 ? [.. _texts.Where(t => t.Length > 0)] : [];
        bool same = number is null ? _texts.Count == 1
            : Enumerable.Range(1, column.RowCount - 1).All(row => number(row).Equals(number(0)));
        if (number is null ? texts.Length == 0 : same && double.IsNaN(number(0)))
            yield return ("No row has a value in", $"'{name}'");
        else if (same && column.RowCount > 1)
            yield return ("Nothing can be learned from the same value in every row of", $"'{name}'");
        if (asCategories)
            yield break;
        if (number is not null && ColumnNotes.HaveLeadingZeros(texts))
            yield return ("Numbers have leading zeros, as codes do; name codes in " +
                $"{nameof(FeaturizeEstimator.Options.Categorical)}:", $"'{name}'");
        if (number is not null && ColumnNotes.Sentinel(column.RowCount, number) is var (value, count))
            yield return ("Numbers may mean that a value is not known; make them NaN, or name their texts in " +
                $"{nameof(FeaturizeEstimator.Options.Missing)}:", string.Create(CultureInfo.InvariantCulture,
                $"{value} in {Counted.Of(count, "cell")} of '{name}'"));
        if (number is null && ColumnNotes.UnitOf(texts) is { } unit)
            yield return ("Numbers with a unit are read as categories; without it they are numbers:",
                $"'{unit}' of '{name}'");
        if (number is null && ColumnNotes.DateOrTime(texts) is { } date)
            yield return ("Dates or times are read as categories, each one of its own, so that no later one is " +
                "known; make numbers of them, such as the month or the days since one of them, or name them in " +
                $"{nameof(FeaturizeEstimator.Options.Categorical)}:", $"'{date}' of '{name}'");
        foreach (string word in number is null ? texts.Where(ColumnNotes.MayMeanMissing) : [])
            yield return ("Texts that may mean that a value is not known are values; what is missing is named in " +
                $"{nameof(FeaturizeEstimator.Options.Missing)}:", $"'{word}' of '{name}'");
    }

    /// <summary>The column as it is read.</summary>
    public RawColumn ToRawColumn()
    {
        if (cells.IsNumber && !asCategories)
            return new RawColumn(name, [.. _numbers]);
        if (asCategories || !IsNumeric())
            return new RawColumn(name, [.. _texts], _codes.Count, row => _codes[row]);
        double[] numbers = [.. _texts.Select(t => rules.TryNumber(t, out double number) ? number : double.NaN)];
        return new RawColumn(name, [.. _codes.Select(c => numbers[c])]);
    }

    private int Code(ReadOnlySpan<char> text)
    {
        var lookup = _codeOf.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(text, out int code))
            return code;
        string own = text.ToString();
        _codeOf.Add(own, code = _texts.Count);
        _texts.Add(own);
        return code;
    }

    // Cells per text.
    private long[] Counts()
    {
        var counts = new long[_texts.Count];
        foreach (int code in _codes)
            counts[code]++;
        return counts;
    }

    private bool IsNumber(string text) => CellTexts.TryNumber(text, rules.DecimalComma, out _);

    // Keys say that they are categories.
    private bool IsNumeric()
    {
        if (cells.Form == CellForm.Key)
            return false;
        long[] count = Counts();
        long numbers = 0, filled = 0;
        for (int c = 0; c < count.Length; c++)
            if (_texts[c].Length > 0)
                (numbers, filled) = (numbers + (IsNumber(_texts[c]) ? count[c] : 0), filled + count[c]);
        return ColumnRules.AreNumbers(numbers, filled);
    }

    private string? BadNumbers()
    {
        bool[] bad = [.. _texts.Select(t => t.Length > 0 && !IsNumber(t))];
        int[] rows = [.. Enumerable.Range(0, _codes.Count).Where(r => bad[_codes[r]])];
        return rows.Length == 0 ? null : $"column '{name}' holds " +
            string.Join(", ", rows.Take(MostNamed).Select(r =>
                string.Create(CultureInfo.InvariantCulture, $"'{_texts[_codes[r]]}' (row {r})"))) +
            (rows.Length > MostNamed ? $" and {rows.Length - MostNamed} more" : "") +
            " among numbers; correct such cells, add their texts to " +
            $"{nameof(FeaturizeEstimator.Options.Missing)}, or name the column in " +
            nameof(FeaturizeEstimator.Options.Categorical);
    }
}
