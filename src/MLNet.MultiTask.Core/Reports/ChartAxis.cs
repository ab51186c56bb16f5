using System.Globalization;

namespace MLNet.MultiTask.Reports;

/// <summary>A scale from values to pixels with ticks at round numbers.</summary>
internal sealed class ChartAxis
{
    private static readonly int[] s_multiples = [1, 2, 5, 10];
    private readonly double _from;
    private readonly double _to;
    private readonly double _low;
    private readonly double _high;
    private readonly int _digits;

    /// <param name="low">Least value.</param>
    /// <param name="high">Largest value; where it is no larger, the axis spans a little around it.</param>
    /// <param name="from">Pixel of the axis' low end.</param>
    /// <param name="to">Pixel of its high end.</param>
    /// <param name="most">Ticks at most, about.</param>
    public ChartAxis(double low, double high, double from, double to, int most = 5)
    {
        if (!(high > low))
            (low, high) = (low - Math.Max(1e-6, Math.Abs(low) * 0.01), low + Math.Max(1e-6, Math.Abs(low) * 0.01));
        double step = Math.Pow(10, Math.Floor(Math.Log10((high - low) / most)));
        step *= s_multiples.First(m => (high - low) / (step * m) <= most);
        (_low, _high) = (Math.Floor(low / step) * step, Math.Ceiling(high / step) * step);
        (_from, _to) = (from, to);
        _digits = Math.Clamp((int)-Math.Floor(Math.Log10(step) + 1e-9), 0, 9);
        int count = (int)Math.Round((_high - _low) / step);
        Ticks = [.. Enumerable.Range(0, count + 1).Select(i => Math.Round(_low + i * step, 10))];
    }

    /// <summary>Round numbers from end to end.</summary>
    public IReadOnlyList<double> Ticks { get; }

    /// <summary>The pixel of a value.</summary>
    public double At(double value) => _from + (_to - _from) * (value - _low) / (_high - _low);

    /// <summary>A tick's number with no more digits than the step has.</summary>
    public string Label(double tick) => tick.ToString("F" + _digits, CultureInfo.InvariantCulture);
}
