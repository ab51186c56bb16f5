using System.Globalization;
using System.Text.RegularExpressions;

namespace MLNet.MultiTask.Data;

/// <summary>What a cell that comes as text says: nothing, a number, a truth, or itself.</summary>
internal static partial class CellTexts
{
    /// <summary>Texts that say that a value is not known, beside the empty one; in any case of letters.</summary>
    public static readonly IReadOnlyList<string> UsualMissing = ["NA", "N/A", "<NA>", "NaN", "null", "?"];

    private static readonly (string No, string Yes)[] s_truths =
        [("0", "1"), ("0.0", "1.0"), ("false", "true"), ("no", "yes"), ("f", "t"), ("n", "y"), ("-1", "1"),
            ("negative", "positive"), ("off", "on")];

    /// <summary>Whether the trimmed text is empty or one of those that say that a value is not known.</summary>
    public static bool IsMissing(ReadOnlySpan<char> text, IReadOnlyList<string> missing)
    {
        if (text.IsEmpty)
            return true;
        foreach (string own in missing)
            if (text.Equals(own, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }

    /// <summary>Whether the text is a finite number.</summary>
    /// <param name="text">Trimmed.</param>
    /// <param name="decimalComma">The mark before decimals is a comma; a point is no number then.</param>
    /// <param name="number">The number.</param>
    public static bool TryNumber(ReadOnlySpan<char> text, bool decimalComma, out double number)
    {
        if (decimalComma)
        {
            if (text.Contains('.'))
            {
                number = 0;
                return false;
            }
            text = text.ToString().Replace(',', '.');
        }
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number)
            && double.IsFinite(number);
    }

    /// <summary>The place (0 or 1) of the one that says yes, where the texts are a pair of no and yes.</summary>
    public static int? PlaceOfYes(string first, string second)
    {
        foreach ((string no, string yes) in s_truths)
            if (Same(first, no) && Same(second, yes))
                return 1;
            else if (Same(first, yes) && Same(second, no))
                return 0;
        return null;

        static bool Same(string a, string b) => a.Trim().Equals(b, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether the text says yes (true) or no (false); null where it says neither.</summary>
    public static bool? Truth(ReadOnlySpan<char> text)
    {
        foreach ((string no, string yes) in s_truths)
            if (text.Equals(yes, StringComparison.OrdinalIgnoreCase))
                return true;
            else if (no != "-1" && text.Equals(no, StringComparison.OrdinalIgnoreCase))
                return false;
        return null;
    }

    /// <summary>What is special about a text that a person reads as a number; null where it is none.</summary>
    public static string? NotationOf(string text)
    {
        string bare = text.Trim();
        if (bare.EndsWith('%') && IsWritten(bare[..^1].Trim()))
            return "a percent sign";
        string amount = bare.Trim('$', '€', '£', '¥', ' ', '\u00A0');
        if (amount.Length < bare.Length && IsWritten(amount))
            return "a currency sign";
        if (bare.StartsWith('(') && bare.EndsWith(')') && IsWritten(bare[1..^1].Trim()))
            return "parentheses for a minus";
        if (bare.Length > 1 && bare[0] is '\u2212' or '\u2013' && IsWritten(bare[1..]))
            return "a minus sign that is no hyphen";
        return Thousands().IsMatch(bare) ? "thousands separators" : DecimalComma().IsMatch(bare) ? "a decimal comma"
            : null;
    }

    /// <summary>What follows the number in a text such as <c>12.5 kg</c>; null where there is no such thing.</summary>
    public static string? UnitOf(string text)
    {
        Match match = NumberWithUnit().Match(text.Trim());
        return match.Success && IsWritten(match.Groups[1].Value) ? match.Groups[2].Value : null;
    }

    private static bool IsWritten(string text) =>
        TryNumber(text, false, out _) || Thousands().IsMatch(text) || DecimalComma().IsMatch(text);

    [GeneratedRegex(@"^([+-]?[\d.,]*\d)\s?([\p{L}°µ²³/]{1,8})$")]
    private static partial Regex NumberWithUnit();

    [GeneratedRegex(@"^[+-]?\d*,\d+([eE][+-]?\d+)?$")]
    private static partial Regex DecimalComma();

    [GeneratedRegex(@"^[+-]?\d{1,3}((,\d{3})+\.\d*|(,\d{3}){2,}|([ '\u00A0\u202F]\d{3})+([.,]\d*)?|(\.\d{3})+,\d*" +
        @"|(\.\d{3}){2,})$")]
    private static partial Regex Thousands();
}
