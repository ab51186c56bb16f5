using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Tool.Data;

/// <summary>What to do about cells that are not numbers.</summary>
internal static class MissingWords
{
    /// <summary>What to do about a cell that is no number where one is expected; begins with a blank.</summary>
    public static string Advice(string text) =>
        ColumnNotes.MayMeanMissing(text) ? " (--missing names the texts that mean that a value is not known)"
        : CellTexts.NotationOf(text) is not { } notation ? ""
        : notation == "a decimal comma" ? " (--decimal-comma reads numbers with a decimal comma)"
        : $" (it has {notation}; numbers are written like 1234.5)";
}
