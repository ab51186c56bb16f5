using System.Globalization;
using System.Text;

namespace MLNet.MultiTask;

/// <summary>The folds of a cross-validation, and every metric's mean and standard deviation over them.</summary>
/// <param name="Folds">At least two.</param>
public sealed record CrossValidationResult(IReadOnlyList<CrossValidationFold> Folds)
{
    /// <summary>The tasks.</summary>
    public IReadOnlyList<TaskInfo> Tasks => [.. Folds[0].Metrics.Tasks.Select(t => t.Task)];

    /// <summary>
    /// Mean and standard deviation of a metric over the folds in which it is defined (NaN where it is in none, or for
    /// the deviation in one), and in how many it is.
    /// </summary>
    /// <param name="metric">Takes the metric, such as <c>m => m.Macro.AreaUnderRocCurve</c>.</param>
    public (double Mean, double StandardDeviation, int Folds) Of(Func<MultiTaskMetrics, double> metric)
    {
        ArgumentNullException.ThrowIfNull(metric);
        double[] values = [.. Folds.Select(f => metric(f.Metrics)).Where(v => !double.IsNaN(v))];
        double mean = values.Length == 0 ? double.NaN : values.Average();
        double deviation = values.Length < 2 ? double.NaN
            : Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1));
        return (mean, deviation, values.Length);
    }

    /// <summary>A table: a line per task and metric with mean, standard deviation and folds.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        int first = Math.Max("task".Length, Tasks.Max(t => t.Name.Length));
        text.AppendLine("task".PadRight(first) + "  " + "metric".PadRight(9) + "       mean         sd  folds");
        for (int t = 0; t < Tasks.Count; t++)
            foreach (string name in Folds[0].Metrics.Tasks[t].Named().Select(m => m.Key))
            {
                int task = t;
                (double mean, double deviation, int folds) =
                    Of(m => m.Tasks[task].Named().First(v => v.Key == name).Value);
                if (folds > 0)
                    text.AppendLine(string.Create(CultureInfo.InvariantCulture,
                        $"{Tasks[t].Name.PadRight(first)}  {name,-9} {mean,10:G5} {deviation,10:G3} {folds,6}"));
            }
        return text.ToString();
    }
}
