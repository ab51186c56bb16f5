using System.Globalization;
using System.Text;

namespace MLNet.MultiTask;

/// <summary>
/// How often each class of a task was taken for which: weights of cells by observed class (rows) and predicted class
/// (columns).
/// </summary>
public sealed class ConfusionMatrix
{
    private readonly double[] _counts;

    internal ConfusionMatrix(IReadOnlyList<string> classNames, double[] counts) =>
        (ClassNames, _counts) = (classNames, counts);

    /// <summary>Names of the classes; of a binary task "false" and "true".</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Number of classes K.</summary>
    public int NumberOfClasses => ClassNames.Count;

    /// <summary>Weight of the cells of an observed class that were predicted as a class.</summary>
    /// <param name="observed">Number of the observed class.</param>
    /// <param name="predicted">Number of the predicted class.</param>
    public double this[int observed, int predicted] => _counts[observed * NumberOfClasses + predicted];

    /// <summary>
    /// Share of the predictions of each class that are right; NaN for a class that is never predicted.
    /// </summary>
    public IReadOnlyList<double> PerClassPrecision =>
        [.. Classes.Select(c => this[c, c] / Classes.Sum(observed => this[observed, c]))];

    /// <summary>Share of each class that is found; NaN for a class that is never observed.</summary>
    public IReadOnlyList<double> PerClassRecall =>
        [.. Classes.Select(c => this[c, c] / Classes.Sum(predicted => this[c, predicted]))];

    private IEnumerable<int> Classes => Enumerable.Range(0, NumberOfClasses);

    /// <summary>
    /// The matrix as a table: observed classes downwards, predicted ones across, precision and recall.
    /// </summary>
    public string GetFormattedConfusionTable()
    {
        const int width = 10;
        int first = Math.Max("observed".Length, ClassNames.Max(n => n.Length)) + 1;
        IReadOnlyList<double> precision = PerClassPrecision, recall = PerClassRecall;
        var text = new StringBuilder();
        text.AppendLine("observed".PadRight(first) + string.Concat(ClassNames.Select(n => Cell(n))) + Cell("recall"));
        foreach (int c in Classes)
            text.AppendLine(ClassNames[c].PadRight(first)
                + string.Concat(Classes.Select(p => Cell(Text(this[c, p], "0.##")))) + Cell(Text(recall[c], "F4")));
        text.AppendLine("precision".PadRight(first) + string.Concat(precision.Select(p => Cell(Text(p, "F4")))));
        return text.ToString();

        static string Cell(string value) => " " + value.PadLeft(width);
        static string Text(double value, string format) =>
            double.IsNaN(value) ? "" : value.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>The table of <see cref="GetFormattedConfusionTable"/>.</summary>
    public override string ToString() => GetFormattedConfusionTable();
}
