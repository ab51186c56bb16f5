using System.Text.RegularExpressions;

namespace MLNet.MultiTask.Tool.Data;

/// <summary>Recognises numbers that are written in another way than 1234.5.</summary>
internal static partial class NumberNotation
{
    /// <summary>What is special about a text that a person reads as a number; null where it is none.</summary>
    public static string? Of(string text)
    {
        string bare = text.Trim();
        if (bare.EndsWith('%') && IsNumber(bare[..^1].Trim()))
            return "a percent sign";
        string amount = bare.Trim('$', '€', '£', '¥', ' ', '\u00A0');
        if (amount.Length < bare.Length && IsNumber(amount))
            return "a currency sign";
        return Thousands().IsMatch(bare) ? "thousands separators"
            : DecimalComma().IsMatch(bare) ? "a decimal comma" : null;

        static bool IsNumber(string number) =>
            Plain().IsMatch(number) || Thousands().IsMatch(number) || DecimalComma().IsMatch(number);
    }

    [GeneratedRegex(@"^[+-]?(\d+\.?\d*|\.\d+)$")]
    private static partial Regex Plain();

    [GeneratedRegex(@"^[+-]?\d*,\d+([eE][+-]?\d+)?$")]
    private static partial Regex DecimalComma();

    [GeneratedRegex(@"^[+-]?\d{1,3}((,\d{3})+\.\d*|(,\d{3}){2,}|([ \u00A0\u202F'’]\d{3})+([.,]\d*)?|(\.\d{3})+,\d*|(\.\d{3}){2,})$")]
    private static partial Regex Thousands();
}
