using System.Globalization;

namespace MLNet.MultiTask.Data;

/// <summary>
/// A few regression labels so far from all others that single precision cannot hold the squares of their errors: no
/// loss would be finite. Nearer ones are noted, and leave the other tasks as they are.
/// </summary>
internal static class FarLabels
{
    // Squared, and summed over a hundred million rows, it is still a number of single precision.
    private const double Far = 1e15;

    // More of them are how the labels are, not slips.
    private const double MostShare = 0.01;

    private const double Usual = 0.9, Normal = 8;
    private const int SortedAnyway = 1000, MostNamed = 5;

    /// <summary>Refuses the far labels of all tasks at once.</summary>
    /// <param name="table">The labels.</param>
    /// <param name="tasks">Columns of the tasks.</param>
    /// <param name="rows">Rows that are learned from or judged by.</param>
    /// <param name="place">How a row of the table is called, such as "row 3".</param>
    /// <exception cref="ArgumentException">There are such labels; they are named.</exception>
    public static void ThrowIfAny(TaskTable table, IEnumerable<int> tasks, int[] rows, Func<int, string> place)
    {
        string[] far = [.. tasks.Where(t => table.Tasks[t].Kind == TaskKind.Regression)
            .Select(t => Text(table, t, Find(table, t, rows), place)).OfType<string>()];
        if (far.Length > 0)
            throw new ArgumentException("Labels are so much farther from the median than all others that single " +
                $"precision cannot hold the squares of their errors: {string.Join("; ", far)}. Correct them, or " +
                "leave them out as missing (NaN); where they are right, train on the logarithm of the labels");
    }

    /// <summary>Rows of a task's far labels, at most a hundredth of its labels (or one); otherwise none.</summary>
    public static int[] Find(TaskTable table, int task, int[] rows)
    {
        int[] known = [.. rows.Where(row => table.IsObserved(row, task))];
        double[] labels = [.. known.Select(row => (double)table.Label(row, task))];
        if (labels.Length == 0 || (labels.Length >= SortedAnyway && LookNormal(labels)))
            return [];
        double median = labels.Order().ElementAt(labels.Length / 2);
        double[] distances = [.. labels.Select(y => Math.Abs(y - median)).Order()];
        double usual = distances[(int)(distances.Length * Usual)];
        if (usual == 0)
        {
            double[] others = [.. distances.Where(d => d > 0)];
            usual = others.Length == 0 ? 0 : others[others.Length / 2];
        }
        int[] far = usual == 0 ? [] : [.. known.Where((_, i) => Math.Abs(labels[i] - median) > Far * usual)];
        return far.Length <= Math.Max(1, MostShare * labels.Length) ? far : [];
    }

    // Saves the sorting of most tables: one label far from n others is √n deviations from the mean.
    private static bool LookNormal(double[] labels)
    {
        double mean = labels.Average(), deviation = Math.Sqrt(labels.Average(y => (y - mean) * (y - mean)));
        return labels.All(y => Math.Abs(y - mean) <= Normal * deviation);
    }

    private static string? Text(TaskTable table, int task, int[] far, Func<int, string> place) => far.Length == 0 ? null
        : $"task '{table.Tasks[task].Name}' has " + string.Join(", ", far.Take(MostNamed).Select(row =>
            string.Create(CultureInfo.InvariantCulture,
                $"{table.Label(row, task) + table.Tasks[task].Offset:G6} in {place(row)}"))) +
            (far.Length > MostNamed ? $" and {far.Length - MostNamed} more" : "");
}
