using System.Globalization;
using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Featurization;

/// <summary>Collects the cells of one raw column and decides whether they are numbers or categories.</summary>
internal sealed class RawColumnBuilder(string name, RawCells cells, CellRules rules, bool asCategories)
{
    // Fewer different texts than that may be categories even if each occurs once.
    private const int FewTexts = 20;
    private const double NearlyAll = 0.9;
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
        int filled = _codes.Count(c => _texts[c].Length > 0);
        if (IsNumeric())
            return BadNumbers();
        string[] distinct = [.. _texts.Where(t => t.Length > 0)];
        var notations = distinct.Where(t => !IsNumber(t)).Select(CellTexts.NotationOf).ToArray();
        if (cells.Form == CellForm.Text && notations.Count(n => n is not null) > NearlyAll * notations.Length)
            return $"column '{name}' looks like numbers in another notation ({notations.First(n => n is not null)}, " +
                $"such as '{distinct.First(t => CellTexts.NotationOf(t) is not null)}'); write them like 1234.5, set " +
                $"{nameof(FeaturizeEstimator.Options.DecimalComma)} where a comma is before decimals, or name the " +
                $"column in {nameof(FeaturizeEstimator.Options.Categorical)}";
        return distinct.Length >= FewTexts && distinct.Length > NearlyAll * filled
            ? $"column '{name}' has {distinct.Length} different values in {Counted.Of(filled, "row")}, so that " +
              "nothing can be learned from it; leave it out, or name it in " +
              nameof(FeaturizeEstimator.Options.Categorical) : null;
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

    private bool IsNumber(string text) => CellTexts.TryNumber(text, rules.DecimalComma, out _);

    // Keys say that they are categories.
    private bool IsNumeric()
    {
        if (cells.Form == CellForm.Key)
            return false;
        bool[] numbers = [.. _texts.Select(t => t.Length > 0 && IsNumber(t))];
        return 2 * _codes.Count(c => numbers[c]) >= _codes.Count(c => _texts[c].Length > 0);
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
