using System.Globalization;
using System.Numerics;

namespace Microsoft.ML.Data;

/// <summary>The standard conversions between values of primitive columns.</summary>
internal static class Conversions
{
    private static readonly Type[] Signed = [typeof(sbyte), typeof(short), typeof(int), typeof(long)];
    private static readonly Type[] Unsigned = [typeof(byte), typeof(ushort), typeof(uint), typeof(ulong)];
    private static readonly Type[] Reals = [typeof(float), typeof(double)];
    private static readonly Type Text = typeof(ReadOnlyMemory<char>);

    public static bool Exists(Type from, Type to)
    {
        if (from == to)
            return true;
        if (from == Text)
            return to == typeof(bool) || IsNumber(to);
        if (to == Text)
            return from == typeof(bool) || IsNumber(from);
        if (from == typeof(bool))
            return Signed.Contains(to) || Reals.Contains(to);
        if (to == typeof(bool))
            return IsNumber(from);
        return Reals.Contains(to) ? IsNumber(from)
            : (Signed.Contains(from) && Signed.Contains(to)) || (Unsigned.Contains(from) && Unsigned.Contains(to));
    }

    public static Func<TSrc, TDst> Of<TSrc, TDst>()
    {
        if (typeof(TSrc) == typeof(TDst))
            return value => (TDst)(object)value;
        if (typeof(TDst) == Text)
            return value => (TDst)(object)Format(value).AsMemory();
        if (typeof(TSrc) == Text)
            return value => Parse<TDst>((ReadOnlyMemory<char>)(object)value);
        if (typeof(TSrc) == typeof(bool))
            return value => (TDst)System.Convert.ChangeType(
                (bool)(object)value ? 1 : 0, typeof(TDst), CultureInfo.InvariantCulture);
        if (typeof(TDst) == typeof(bool))
            return value => (TDst)(object)(
                System.Convert.ToDouble(value, CultureInfo.InvariantCulture) is var x && x != 0 && !double.IsNaN(x));
        return (Func<TSrc, TDst>)Generic.Call(typeof(Conversions), nameof(Numeric), [typeof(TSrc), typeof(TDst)]);
    }

    /// <summary>Text that is no number becomes NaN, or an error where the type has none.</summary>
    private static T Parse<T>(ReadOnlyMemory<char> text)
        => TextParsing.TryParse(text.Span, out T value) ? value
            : value is float or double or bool ? MissingValue.Of<T>()
            : throw new InvalidOperationException($"Could not parse value {text} as {typeof(T).Name}");

    private static string Format<T>(T value) => value switch
    {
        float.NaN or double.NaN => "?",
        float x => x.ToString("R", CultureInfo.InvariantCulture),
        double x => x.ToString("G17", CultureInfo.InvariantCulture),
        bool b => b ? "1" : "0",
        _ => System.Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    private static Func<TSrc, TDst> Numeric<TSrc, TDst>()
        where TSrc : INumberBase<TSrc>
        where TDst : INumberBase<TDst>
        => TDst.CreateTruncating;

    private static bool IsNumber(Type type) => Signed.Contains(type) || Unsigned.Contains(type) || Reals.Contains(type);
}
