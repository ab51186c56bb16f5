using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Featurization;

/// <summary>How texts are read as numbers.</summary>
/// <param name="Missing">Texts that say that a value is not known, beside the empty one.</param>
/// <param name="DecimalComma">Whether a comma is before decimals.</param>
internal sealed record CellRules(IReadOnlyList<string> Missing, bool DecimalComma)
{
    /// <summary>The number that a text says; NaN where the value is missing; false where it says none.</summary>
    public bool TryNumber(ReadOnlySpan<char> text, out double number)
    {
        if (!CellTexts.IsMissing(text, Missing))
            return CellTexts.TryNumber(text, DecimalComma, out number);
        number = double.NaN;
        return true;
    }

    /// <summary>The text of a category: the empty one where the value is missing.</summary>
    public ReadOnlySpan<char> Category(ReadOnlySpan<char> text) => CellTexts.IsMissing(text, Missing) ? [] : text;
}
