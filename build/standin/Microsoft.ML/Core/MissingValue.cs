namespace Microsoft.ML.Data;

/// <summary>NaN for real numbers, the default value for any other type.</summary>
internal static class MissingValue
{
    public static T Of<T>()
        => typeof(T) == typeof(float) ? (T)(object)float.NaN
            : typeof(T) == typeof(double) ? (T)(object)double.NaN
            : default;
}
