using System.Globalization;

namespace MLNet.MultiTask.Data;

/// <summary>Numbers of things in sentences.</summary>
internal static class Counted
{
    /// <summary>Such as "1 column" or "12 columns".</summary>
    /// <param name="count">How many.</param>
    /// <param name="one">The noun for one.</param>
    /// <param name="many">The noun for others; null = with an s.</param>
    public static string Of(long count, string one, string? many = null) => string.Create(CultureInfo.InvariantCulture,
        $"{count} {(count == 1 ? one : many ?? one + "s")}");
}
