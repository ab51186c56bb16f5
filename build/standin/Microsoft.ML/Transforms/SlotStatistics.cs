using System.Numerics;

namespace Microsoft.ML.Transforms;

/// <summary>
/// Extremes, mean and variance of one slot. Mean and variance leave NaN and infinities out; the extremes only NaN.
/// Zeros are folded in at the end, so that sparse and dense vectors give the same result.
/// </summary>
internal sealed class SlotStatistics<T>
    where T : struct, IFloatingPointIeee754<T>
{
    private T _min = T.PositiveInfinity;
    private T _max = T.NegativeInfinity;
    private long _explicit;
    private long _notFinite;
    private long _count;
    private double _squares;

    public double Mean { get; private set; }

    public bool HasSpread => _squares > 0;

    /// <summary>The mean squared deviation, divided by the count.</summary>
    public double Variance => _squares / _count;

    public void Add(T value)
    {
        _explicit++;
        Extend(value);
        if (value == T.Zero)
            return;
        if (!T.IsFinite(value))
        {
            _notFinite++;
            return;
        }

        _count++;
        double x = double.CreateTruncating(value);
        double delta = x - Mean;
        Mean += delta / _count;
        _squares += delta * (x - Mean);
    }

    /// <summary>Counts as zero what was explicitly zero or not given in a sparse vector.</summary>
    public void AddMissingZeros(long rows)
    {
        if (_explicit < rows)
            Extend(T.Zero);
        long zeros = rows - _notFinite - _count;
        if (zeros == 0)
            return;
        _count += zeros;
        double delta = -Mean;
        Mean += delta * zeros / _count;
        _squares += delta * -Mean * zeros;
    }

    public (T Scale, T Offset) MinMax(bool fixZero)
    {
        if (!(_max > _min))
            return (T.Zero, T.Zero);
        if (fixZero)
            return (T.One / T.Max(T.Abs(_max), T.Abs(_min)), T.Zero);
        T scale = T.One / (_max - _min);
        return (scale, scale == T.Zero ? T.Zero : _min);
    }

    public (T Scale, T Offset) MeanVariance(bool fixZero)
    {
        if (!HasSpread)
            return (T.Zero, T.Zero);
        if (fixZero)
            return (T.One / T.CreateTruncating(Math.Sqrt(Variance + (Mean * Mean))), T.Zero);
        T scale = T.One / T.CreateTruncating(Math.Sqrt(Variance));
        return (scale, scale == T.Zero ? T.Zero : T.CreateTruncating(Mean));
    }

    private void Extend(T value)
    {
        if (_max < value)
            _max = value;
        if (_min > value)
            _min = value;
    }
}
