namespace MLNet.MultiTask.Search;

/// <summary>Means and differences of losses, folds × tasks; NaN = a fold cannot judge a task.</summary>
internal static class SweepLosses
{
    /// <summary>A fold holds out one of at least so many parts of the rows.</summary>
    public const int LeastParts = 5;

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
        return (Average(tasks), folds == 1 ? Error(tasks)
            : FoldError([.. differences.Select(d => Average(d))]));
    }

    /// <summary>
    /// Standard error of a mean over folds, whose fitting rows overlap: the deviation times √(1/k + n₂/n₁) for n₂
    /// judging and n₁ fitting rows (Nadeau, Bengio 2003, eq. 9). NaN for fewer than two values.
    /// </summary>
    public static double FoldError(IReadOnlyList<double> values)
    {
        int folds = values.Count(v => !double.IsNaN(v));
        return Error(values) * Math.Sqrt(1 + folds / (Math.Max(LeastParts, folds) - 1.0));
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
