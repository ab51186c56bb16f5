using System.Globalization;

namespace Microsoft.ML.Data;

/// <summary>
/// Parses the fields of one column. What cannot be parsed is missing where the type has a missing value: NaN, or key 0.
/// </summary>
internal sealed class FieldParser<T>(TextLoader.Options options, DataViewType type)
{
    private readonly bool _isReal = typeof(T) == typeof(float) || typeof(T) == typeof(double);

    public bool TryParse(string field, out T value)
    {
        value = MissingValue.Of<T>();
        if (typeof(T) == typeof(ReadOnlyMemory<char>))
            value = (T)(object)field.AsMemory();
        else if (type is KeyDataViewType key)
            value = ParseKey(field, key.Count);
        else if (!_isReal)
            return TextParsing.TryParse(field, out value);
        else if (!options.MissingRealsAsNaNs || !string.IsNullOrWhiteSpace(field))
            value = TextParsing.ParseOrMissing<T>(options.DecimalMarker == ',' ? field.Replace(',', '.') : field);
        return true;
    }

    /// <summary>Written keys count from 0, their values from 1; outside of the range a key is missing.</summary>
    private static T ParseKey(string field, ulong count)
    {
        bool parsed = ulong.TryParse(field, NumberStyles.Integer, CultureInfo.InvariantCulture, out ulong number);
        ulong key = parsed && number < count ? number + 1 : 0;
        return (T)Convert.ChangeType(key, typeof(T), CultureInfo.InvariantCulture);
    }
}
