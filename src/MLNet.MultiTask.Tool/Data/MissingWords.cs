using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Tool.Data;

/// <summary>Texts that files write for a value that is not known, but that may be values as well.</summary>
internal static class MissingWords
{
    private static readonly HashSet<string> s_words = new(StringComparer.OrdinalIgnoreCase)
        { "none", "missing", "nil", "n.a.", "#N/A", "n.d.", "-", "--", ".", "\\N", "NaT", "unknown" };

    /// <summary>Whether a text may mean that the value is not known.</summary>
    public static bool Has(string text) => s_words.Contains(text.Trim());

    /// <summary>What to do about a cell that is no number where one is expected; begins with a blank.</summary>
    public static string Advice(string text) =>
        Has(text) ? " (--missing names the texts that mean that a value is not known)"
        : CellTexts.NotationOf(text) is not { } notation ? ""
        : notation == "a decimal comma" ? " (--decimal-comma reads numbers with a decimal comma)"
        : $" (it has {notation}; numbers are written like 1234.5)";
}
