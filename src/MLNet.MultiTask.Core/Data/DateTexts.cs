using System.Text.RegularExpressions;

namespace MLNet.MultiTask.Data;

/// <summary>Texts that a person reads as a date, a time of day, or both.</summary>
internal static partial class DateTexts
{
    private const string Day = "(0?[1-9]|[12][0-9]|3[01])", Month = "(0?[1-9]|1[0-2])",
        MonthName = @"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?",
        // 2024-01-31; 31.1.2024 and 1/31/2024; 1/31/24; 31.01.24; 31-Jan-2024; January 31, 2024.
        Date = "([0-9]{4}(?<a>[-/.])" + Month + @"\k<a>" + Day + "|" +
            Day + "(?<b>[-/.])" + Day + @"\k<b>[0-9]{4}|" +
            Day + "/" + Day + "/[0-9]{2}|" +
            @"[0-9]{2}(?<c>[-.])[0-9]{2}\k<c>[0-9]{2}|" +
            Day + "[ .-]+" + MonthName + "[ ,-]+([0-9]{4}|[0-9]{2})|" +
            MonthName + " +" + Day + ",? +[0-9]{4})",
        // 23:59, 23:59:59.9, 11:59 pm; with a zone, Z or +01:00.
        Time = "([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]+)?)?( ?[ap]m)?( ?(Z|[+-][0-9]{2}:?[0-9]{2}))?";

    /// <summary>Whether a text is one.</summary>
    public static bool Has(string text) => DateOrTime().IsMatch(text);

    [GeneratedRegex("^ *(" + Date + "(( +|T)" + Time + ")?|" + Time + ") *$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex DateOrTime();
}
