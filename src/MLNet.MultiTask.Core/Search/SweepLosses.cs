namespace MLNet.MultiTask.Search;

/// <summary>Means and differences of losses, folds × tasks; NaN = a fold cannot judge a task.</summary>
internal static class SweepLosses
{
    /// <summary>Mean over tasks of the means over folds; NaN where there is none.</summary>
    public static double Mean(IReadOnlyList<IReadOnlyList<double>> losses) => Average(PerTask(losses));

    /// <summary>Mean over the folds that can judge a task; NaN where none can.</summary>
    public static double[] PerTask(IReadOnlyList<IReadOnlyList<double>> losses) => losses.Count == 0 ? []
        : [.. Enumerable.Range(0, losses[0].Count).Select(t => Average(losses.Select(fold => fold[t])))];

    /// <summary>
    /// Mean of a − b over folds and tasks, and its standard error over folds; over tasks where there is one fold. NaN
    /// where it is not known.
    /// </summary>
    public static (double Mean, double StandardError) Difference(
        IReadOnlyList<IReadOnlyList<double>> a, IReadOnlyList<IReadOnlyList<double>> b)
    {
        int folds = Math.Min(a.Count, b.Count);
        double[][] differences = [.. Enumerable.Range(0, folds).Select(f =>
            a[f].Zip(b[f], (x, y) => x - y).ToArray())];
        double[] tasks = PerTask(differences);
        return (Average(tasks), folds == 1 ? Error(tasks) : Error([.. differences.Select(d => Average(d))]));
    }

    /// <summary>Standard error of a mean; NaN for fewer than two values.</summary>
    public static double Error(IReadOnlyList<double> values)
    {
        double[] known = [.. values.Where(v => !double.IsNaN(v))];
        if (known.Length < 2)
            return double.NaN;
        double mean = known.Average();
        return Math.Sqrt(known.Sum(v => (v - mean) * (v - mean)) / (known.Length - 1) / known.Length);
    }

    public static double Average(IEnumerable<double> values) =>
        values.Where(v => !double.IsNaN(v)).DefaultIfEmpty(double.NaN).Average();}
