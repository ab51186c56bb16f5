namespace MLNet.MultiTask.Data;

/// <summary>
/// What is subtracted from the labels of a regression before they become single-precision numbers, which have 24 binary
/// digits: time stamps of one day would be a few different numbers.
/// </summary>
internal static class LabelOffset
{
    // At 256 standard deviations from 0 a label still has 16 digits for its deviation.
    private const double Far = 256;

    /// <summary>The mean of the labels that are not NaN where it is far from 0, otherwise 0.</summary>
    public static double Of(IEnumerable<double> labels)
    {
        double[] known = [.. labels.Where(y => !double.IsNaN(y))];
        if (known.Length == 0)
            return 0;
        double first = known[0], mean = known.Average(y => y - first);
        double deviation = Math.Sqrt(known.Average(y => (y - first - mean) * (y - first - mean)));
        bool single = deviation == 0 && (float)first == first;
        return !single && double.IsFinite(first + mean) && Math.Abs(first + mean) > Far * deviation ? first + mean : 0;
    }
}
