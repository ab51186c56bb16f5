using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MLNet.MultiTask.Trees;

/// <summary>
/// The numbers that a histogram adds up for each bin, as registers: mass (sum of Hessians), count of rows, then one
/// gradient a lane.
/// </summary>
internal unsafe interface ILaneVector<TSelf>
    where TSelf : struct, ILaneVector<TSelf>
{
    /// <summary>Floats.</summary>
    static abstract int Width { get; }

    static abstract TSelf Load(float* from);

    static abstract void Store(TSelf value, float* to);

    static abstract TSelf Add(TSelf x, TSelf y);

    static abstract TSelf Subtract(TSelf x, TSelf y);

    static abstract TSelf Multiply(TSelf x, float by);

    /// <summary>The gradients alone, 0 for mass and count.</summary>
    static abstract TSelf Gradients(TSelf value);

    /// <summary>Σ x², in an order that is the same on all hardware.</summary>
    static abstract float SquaredNorm(TSelf value);
}

/// <summary>Six gradients.</summary>
internal readonly unsafe struct Lanes8(Vector256<float> value) : ILaneVector<Lanes8>
{
    private readonly Vector256<float> _value = value;

    public static int Width => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Load(float* from) => new(Vector256.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes8 value, float* to) => value._value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Add(Lanes8 x, Lanes8 y) => new(x._value + y._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Subtract(Lanes8 x, Lanes8 y) => new(x._value - y._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Multiply(Lanes8 x, float by) => new(x._value * by);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Gradients(Lanes8 value) =>
        new((value._value.AsInt32() & Vector256.Create(0, 0, -1, -1, -1, -1, -1, -1)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float SquaredNorm(Lanes8 value) => Sum(value._value * value._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Sum(Vector256<float> v)
    {
        Vector128<float> four = v.GetLower() + v.GetUpper();
        Vector128<float> two = four + Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1));
        return two.GetElement(0) + two.GetElement(1);
    }
}

/// <summary>Fourteen gradients.</summary>
internal readonly unsafe struct Lanes16(Vector512<float> value) : ILaneVector<Lanes16>
{
    private readonly Vector512<float> _value = value;

    public static int Width => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Load(float* from) => new(Vector512.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes16 value, float* to) => value._value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Add(Lanes16 x, Lanes16 y) => new(x._value + y._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Subtract(Lanes16 x, Lanes16 y) => new(x._value - y._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Multiply(Lanes16 x, float by) => new(x._value * by);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Gradients(Lanes16 value) => new((value._value.AsInt32()
        & Vector512.Create(0, 0, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float SquaredNorm(Lanes16 value)
    {
        Vector512<float> squares = value._value * value._value;
        return Lanes8.Sum(squares.GetLower() + squares.GetUpper());
    }
}

/// <summary>Two side by side: 30, 62, 126 and 254 gradients.</summary>
internal readonly unsafe struct LanePair<TPart>(TPart low, TPart high) : ILaneVector<LanePair<TPart>>
    where TPart : struct, ILaneVector<TPart>
{
    private readonly TPart _low = low;
    private readonly TPart _high = high;

    public static int Width => 2 * TPart.Width;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair<TPart> Load(float* from) => new(TPart.Load(from), TPart.Load(from + TPart.Width));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(LanePair<TPart> value, float* to)
    {
        TPart.Store(value._low, to);
        TPart.Store(value._high, to + TPart.Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair<TPart> Add(LanePair<TPart> x, LanePair<TPart> y) =>
        new(TPart.Add(x._low, y._low), TPart.Add(x._high, y._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair<TPart> Subtract(LanePair<TPart> x, LanePair<TPart> y) =>
        new(TPart.Subtract(x._low, y._low), TPart.Subtract(x._high, y._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair<TPart> Multiply(LanePair<TPart> x, float by) =>
        new(TPart.Multiply(x._low, by), TPart.Multiply(x._high, by));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair<TPart> Gradients(LanePair<TPart> value) => new(TPart.Gradients(value._low), value._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float SquaredNorm(LanePair<TPart> value) =>
        TPart.SquaredNorm(value._low) + TPart.SquaredNorm(value._high);
}
