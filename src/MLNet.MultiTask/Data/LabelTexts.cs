using System.Globalization;
using MLNet.MultiTask.Schema;

namespace MLNet.MultiTask.Data;

/// <summary>The different texts of a label column, and what label each is.</summary>
internal sealed class LabelTexts(TaskColumn column)
{
    private const int MostNamed = 5;
    private readonly Dictionary<string, int> _codes = new(StringComparer.Ordinal);
    private readonly List<string> _texts = [];
    private double[] _labels = [];

    /// <summary>The text's code; NaN for one that says that the label is not known.</summary>
    public double Code(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        if (CellTexts.IsMissing(text, CellTexts.UsualMissing))
            return double.NaN;
        var lookup = _codes.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(text, out int code))
            return code;
        string own = text.ToString();
        _codes.Add(own, code = _texts.Count);
        _texts.Add(own);
        return code;
    }

    /// <summary>Finds the label of every text; the classes of a multi-class task.</summary>
    public KeyValueTexts? Resolve(IReadOnlyList<string>? known)
    {
        if (column.Kind != TaskKind.Multiclass)
        {
            _labels = column.Kind == TaskKind.Regression ? Numbers() : column.Positive is { } positive
                ? Positives(positive) : Truths();
            return null;
        }
        string[] classes = known is null ? TaskIds.Sorted(_texts) : [.. known];
        Dictionary<string, int> places = Enumerable.Range(0, classes.Length)
            .ToDictionary(c => classes[c], c => c, StringComparer.Ordinal);
        _labels = [.. _texts.Select(t => places.TryGetValue(t, out int place) ? place : double.NaN)];
        ThrowIfAny(_labels, $"the classes are {Some(classes)}");
        return new KeyValueTexts("Text", classes);
    }

    /// <summary>The label of a code.</summary>
    public double LabelOf(double code) => double.IsNaN(code) ? double.NaN : _labels[(int)code];

    private double[] Numbers()
    {
        double[] numbers = [.. _texts.Select(t => CellTexts.TryNumber(t, false, out double n) ? n : double.NaN)];
        ThrowIfAny(numbers, "a number or nothing (not observed) is expected");
        return numbers;
    }

    private double[] Positives(string positive)
    {
        if (_texts.Count > 2 || (_texts.Count == 2 && !_codes.ContainsKey(positive)))
            throw new ArgumentException($"Label column '{column.LabelColumnName}' holds {Some(_texts)}; two values " +
                $"are expected, one of them '{positive}'");
        return [.. _texts.Select(t => t == positive ? 1.0 : 0)];
    }

    private double[] Truths()
    {
        double[] truths = [.. _texts.Select(t =>
            CellTexts.Truth(t) switch { true => 1, false => 0, null => double.NaN })];
        if (_texts.Count == 2 && truths.Any(double.IsNaN))
            throw BinaryKey.Undecided(column, _texts[0], _texts[1]);
        ThrowIfAny(truths, "0, 1, true, false, yes, no or nothing (not observed) is expected of a binary task");
        return truths;
    }

    private void ThrowIfAny(double[] labels, string expected)
    {
        string[] bad = [.. _texts.Where((_, i) => double.IsNaN(labels[i]))];
        if (bad.Length > 0)
            throw new ArgumentException($"Label column '{column.LabelColumnName}' holds {Some(bad)}; {expected}");
    }

    private static string Some(IReadOnlyList<string> texts) =>
        string.Join(", ", texts.Take(MostNamed).Select(t => $"'{t}'")) + (texts.Count > MostNamed
            ? string.Create(CultureInfo.InvariantCulture, $" and {texts.Count - MostNamed} more") : "");
}
