namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>How a grouping did among others on the same data.</summary>
internal static class RegretScore
{
    /// <summary>How far a metric is from the best; 0 or more.</summary>
    public static double Regret(double macro, IEnumerable<double> known, bool higherIsBetter) => higherIsBetter
        ? known.Max() - macro : macro - known.Min();

    /// <summary>Per cent of the others that are beaten; a tie counts one half.</summary>
    public static double Percentile(double macro, IReadOnlyCollection<double> others, bool higherIsBetter) =>
        100 * others.Average(other => 0.5 * (1 + Math.Sign(higherIsBetter ? macro - other : other - macro)));

    /// <summary>Standard deviation, pooled over lists of runs of one grouping each.</summary>
    public static double Noise(IEnumerable<double[]> runs)
    {
        double squares = 0;
        int freedom = 0;
        foreach (double[] own in runs)
        {
            double mean = own.Average();
            squares += own.Sum(v => (v - mean) * (v - mean));
            freedom += own.Length - 1;
        }
        return freedom > 0 ? Math.Sqrt(squares / freedom) : double.NaN;
    }

    /// <summary>Groupings into exactly k groups: every task drawn evenly, anew where a group stays empty.</summary>
    public static TaskGrouping[] Random(int tasks, int groups, int count, ulong seed)
    {
        var random = new RandomStream(seed, "random groupings");
        var drawn = new List<TaskGrouping>();
        while (drawn.Count < count)
        {
            int[] assignment = new int[tasks];
            foreach (ref int group in assignment.AsSpan())
                group = random.NextInt32(groups);
            if (assignment.Distinct().Count() == groups)
                drawn.Add(TaskGrouping.FromAssignment(assignment));
        }
        return [.. drawn];
    }
}
