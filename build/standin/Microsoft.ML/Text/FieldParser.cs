using System.Globalization;

namespace Microsoft.ML.Data;

/// <summary>Parses the fields of one column. What cannot be parsed is missing: NaN, or the default value.</summary>
internal sealed class FieldParser<T>(TextLoader.Options options, DataViewType type)
{
    private readonly bool _isReal = typeof(T) == typeof(float) || typeof(T) == typeof(double);

    public T Parse(string field)
    {
        if (typeof(T) == typeof(ReadOnlyMemory<char>))
            return (T)(object)field.AsMemory();
        if (type is KeyDataViewType key)
            return ParseKey(field, key.Count);
        if (_isReal && options.MissingRealsAsNaNs && string.IsNullOrWhiteSpace(field))
            return MissingReal();
        if (_isReal && options.DecimalMarker == ',')
            field = field.Replace(',', '.');
        return TextParsing.ParseOrMissing<T>(field);
    }

    /// <summary>Written keys count from 0, their values from 1; outside of the range a key is missing.</summary>
    private static T ParseKey(string field, ulong count)
    {
        bool parsed = ulong.TryParse(field, NumberStyles.Integer, CultureInfo.InvariantCulture, out ulong number);
        ulong key = parsed && number < count ? number + 1 : 0;
        return (T)Convert.ChangeType(key, typeof(T), CultureInfo.InvariantCulture);
    }

    private static T MissingReal() => typeof(T) == typeof(float) ? (T)(object)float.NaN : (T)(object)double.NaN;
}
