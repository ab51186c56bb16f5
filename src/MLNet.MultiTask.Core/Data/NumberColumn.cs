namespace MLNet.MultiTask.Data;

/// <summary>Median, mean and scale of a column of numbers, in any unit: a power of two does not change a bit.</summary>
internal static class NumberColumn
{
    // Below, a deviation is what rounding leaves of equal numbers.
    private const double SmallestShare = 1e-14;

    /// <summary>Learns from the training rows' numbers; NaN = missing.</summary>
    public static EncodedColumn Learn(string name, double[] values, bool indicator)
    {
        double[] known = [.. values.Where(v => !double.IsNaN(v))];
        // Squares of very large or small numbers would leave the range.
        double largest = known.Length == 0 ? 0 : known.Max(Math.Abs);
        int exponent = largest > 0 ? Math.ILogB(largest) : 0;
        for (int i = 0; i < known.Length; i++)
            known[i] = Math.ScaleB(known[i], -exponent);
        double median = Median(known);
        var filled = new double[values.Length];
        for (int i = 0; i < filled.Length; i++)
            filled[i] = double.IsNaN(values[i]) ? median : Math.ScaleB(values[i], -exponent);
        double mean = filled.Average();
        double deviation = Math.Sqrt(filled.Average(v => (v - mean) * (v - mean)));
        double scale = Math.ScaleB(deviation, exponent);
        bool varies = deviation > SmallestShare * Math.ScaleB(largest, -exponent) && scale > 0
            && double.IsFinite(scale);
        return new EncodedColumn
        {
            Name = name,
            Median = Math.ScaleB(median, exponent),
            Mean = Math.ScaleB(mean, exponent),
            Scale = varies ? scale : largest > 0 ? largest : 1,
            HasIndicator = indicator && known.Length < values.Length,
        };
    }

    private static double Median(double[] values)
    {
        if (values.Length == 0)
            return 0;
        double[] sorted = [.. values];
        Array.Sort(sorted);
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
