using System.Buffers;

namespace MLNet.MultiTask.Data;

/// <summary>Median, mean and scale of a column of numbers, in any unit: a power of two does not change a bit.</summary>
internal static class NumberColumn
{
    // Below, a deviation is what rounding leaves of equal numbers.
    private const double SmallestShare = 1e-14;

    /// <summary>Learns from the training rows' numbers; NaN = missing.</summary>
    /// <param name="name">The column.</param>
    /// <param name="values">The numbers; overwritten.</param>
    /// <param name="indicator">Whether missing numbers get a feature of their own.</param>
    public static EncodedColumn Learn(string name, Span<double> values, bool indicator)
    {
        int known = 0;
        double largest = 0;
        foreach (double value in values)
            if (!double.IsNaN(value))
                (known, largest) = (known + 1, Math.Max(largest, Math.Abs(value)));
        // Squares of very large or small numbers would leave the range.
        int exponent = largest > 0 ? Math.ILogB(largest) : 0;
        foreach (ref double value in values)
            value = Math.ScaleB(value, -exponent);
        double median = Median(values, known);
        foreach (ref double value in values)
            value = double.IsNaN(value) ? median : value;
        double mean = Sum(values, 0, 1) / values.Length;
        double deviation = Math.Sqrt(Sum(values, mean, 2) / values.Length);
        double scale = Math.ScaleB(deviation, exponent);
        bool varies = deviation > SmallestShare * Math.ScaleB(largest, -exponent) && scale > 0
            && double.IsFinite(scale);
        return new EncodedColumn
        {
            Name = name,
            Median = Math.ScaleB(median, exponent),
            Mean = Math.ScaleB(mean, exponent),
            Scale = varies ? scale : largest > 0 ? largest : 1,
            HasIndicator = indicator && known < values.Length,
        };
    }

    // Of deviations, or of their squares.
    private static double Sum(ReadOnlySpan<double> values, double mean, int power)
    {
        double sum = 0;
        foreach (double value in values)
            sum += power == 1 ? value - mean : (value - mean) * (value - mean);
        return sum;
    }

    private static double Median(ReadOnlySpan<double> values, int known)
    {
        if (known == 0)
            return 0;
        // Columns of millions of rows would leave as many arrays behind.
        double[] rented = ArrayPool<double>.Shared.Rent(known);
        Span<double> sorted = rented.AsSpan(0, known);
        int next = 0;
        foreach (double value in values)
            if (!double.IsNaN(value))
                sorted[next++] = value;
        sorted.Sort();
        int middle = known / 2;
        double median = known % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        ArrayPool<double>.Shared.Return(rented);
        return median;
    }
}
