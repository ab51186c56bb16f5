using System.Globalization;

namespace Microsoft.ML.Data;

/// <summary>Values written as text, in the invariant culture. Empty text is the default value.</summary>
internal static class TextParsing
{
    private static readonly string[] MissingNumbers = ["?", "NA", "N/A"];
    private static readonly string[] True = ["T", "Y", "1", "+", "+1", "true", "yes"];
    private static readonly string[] False = ["F", "N", "0", "-", "-1", "false", "no"];

    /// <summary>NaN for a real number that cannot be parsed, the default value for anything else.</summary>
    public static T ParseOrMissing<T>(ReadOnlySpan<char> text)
        => TryParse(text, out T value) ? value : MissingValue.Of<T>();

    public static bool TryParse<T>(ReadOnlySpan<char> text, out T value)
    {
        text = text.Trim();
        object parsed = text.IsEmpty ? default(T) : ParseOrNull(text, typeof(T));
        value = parsed != null ? (T)parsed : default;
        return parsed != null;
    }

    private static object ParseOrNull(ReadOnlySpan<char> text, Type type)
    {
        const NumberStyles Integer = NumberStyles.AllowLeadingSign;
        CultureInfo culture = CultureInfo.InvariantCulture;
        return Type.GetTypeCode(type) switch
        {
            TypeCode.Single => float.TryParse(text, NumberStyles.Float, culture, out float x) ? x
                : IsAny(text, MissingNumbers) ? float.NaN : null,
            TypeCode.Double => double.TryParse(text, NumberStyles.Float, culture, out double x) ? x
                : IsAny(text, MissingNumbers) ? double.NaN : null,
            TypeCode.Boolean => ParseBoolean(text),
            TypeCode.SByte => sbyte.TryParse(text, Integer, culture, out sbyte n) ? n : null,
            TypeCode.Byte => byte.TryParse(text, Integer, culture, out byte n) ? n : null,
            TypeCode.Int16 => short.TryParse(text, Integer, culture, out short n) ? n : null,
            TypeCode.UInt16 => ushort.TryParse(text, Integer, culture, out ushort n) ? n : null,
            TypeCode.Int32 => int.TryParse(text, Integer, culture, out int n) ? n : null,
            TypeCode.UInt32 => uint.TryParse(text, Integer, culture, out uint n) ? n : null,
            TypeCode.Int64 => long.TryParse(text, Integer, culture, out long n) ? n : null,
            TypeCode.UInt64 => ulong.TryParse(text, Integer, culture, out ulong n) ? n : null,
            TypeCode.DateTime => DateTime.TryParse(text, culture, out DateTime t) ? t : null,
            _ when type == typeof(TimeSpan) => TimeSpan.TryParse(text, culture, out TimeSpan t) ? t : null,
            _ when type == typeof(DateTimeOffset)
                => DateTimeOffset.TryParse(text, culture, out DateTimeOffset t) ? t : null,
            _ => throw new NotSupportedException($"Values of type {type} cannot be parsed."),
        };
    }

    private static bool? ParseBoolean(ReadOnlySpan<char> text)
        => IsAny(text, True) ? true : IsAny(text, False) ? false : null;

    private static bool IsAny(ReadOnlySpan<char> text, string[] words)
    {
        foreach (string word in words)
        {
            if (text.Equals(word, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
