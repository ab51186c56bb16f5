namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Where every company was trained with all random numbers, what they do to a task is known and taken out, and a
/// company's runs become one: their mean, whose noise is known from how they differ.
/// </summary>
internal static class Repeats
{
    /// <summary>Averages the runs if they are so; hands them on if not.</summary>
    /// <returns>Cells and outcomes; and what is known of their variance, or null where nothing was averaged.</returns>
    public static (OutcomeCell[] Cells, double[] Y, RepeatVariances? Known) Average(OutcomeCell[] cells, double[] y)
    {
        int draws = cells.Select(c => c.Draw).Distinct().Count();
        int[][] companies = [.. Enumerable.Range(0, cells.Length).GroupBy(c => (cells[c].Task, cells[c].Company))
            .Select(g => g.ToArray())];
        if (draws < 2 || Array.Exists(companies, c => c.Select(cell => cells[cell].Draw).Distinct().Count() < draws))
            return (cells, y, null);
        Dictionary<(int, int), double> luck = Enumerable.Range(0, cells.Length)
            .GroupBy(c => (cells[c].Task, cells[c].Draw)).ToDictionary(g => g.Key, g => g.Average(c => y[c]));
        Dictionary<int, double> level = Enumerable.Range(0, cells.Length).GroupBy(c => cells[c].Task)
            .ToDictionary(g => g.Key, g => g.Average(c => y[c]));
        double[] cleaned = [.. y.Select((value, c) =>
            value - luck[(cells[c].Task, cells[c].Draw)] + level[cells[c].Task])];
        double noise = companies.Sum(company =>
        {
            double mean = company.Average(c => cleaned[c]);
            return company.Sum(c => (cleaned[c] - mean) * (cleaned[c] - mean));
        }) / Math.Max(1, (companies.Length - level.Count) * (draws - 1));
        double drawn = luck.Sum(l => Math.Pow(l.Value - level[l.Key.Item1], 2)) / (level.Count * (draws - 1));
        // The mean of a draw has its share of the noise, too.
        double luckOnly = Math.Max(0, drawn - noise * level.Count / companies.Length);
        return ([.. companies.Select(c => cells[c[0]] with { Draw = -1 })],
            [.. companies.Select(c => c.Average(cell => cleaned[cell]))],
            new RepeatVariances(noise / draws, noise + luckOnly, luckOnly / draws * Unsure(level.Count * (draws - 1))));
    }

    // A variance measured by few differences makes the error a Student's t, whose variance is larger by this factor.
    private static double Unsure(int freedom) => freedom / Math.Max(1, freedom - 2.0);
}

/// <summary>Variances known from repeated runs.</summary>
/// <param name="Noise">Of the noise of a company's mean.</param>
/// <param name="Run">Of a single run.</param>
/// <param name="Level">Of a task's level: the luck of few draws, which all its companies share.</param>
internal readonly record struct RepeatVariances(double Noise, double Run, double Level);
