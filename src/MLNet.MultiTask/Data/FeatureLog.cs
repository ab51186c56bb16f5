using System.Globalization;
using MLNet.MultiTask.Schema;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MLNet.MultiTask.Data;

/// <summary>Warns once of features that a network learns badly from.</summary>
internal static class FeatureLog
{
    private const int MostNamed = 3;

    // A standardised feature is far below, a feature in units such as money or metres far above.
    private const double Large = 10, Small = 0.01;

    /// <summary>
    /// Features whose mean or standard deviation is above 10, or all of whose values are below 0.01; a column that says
    /// that it is normalised is taken at its word.
    /// </summary>
    public static void WarnOfScale(IChannel channel, DataViewSchema.Column column, FeatureMatrix features)
    {
        if (features.RowCount == 0 || IsNormalized(column))
            return;
        int width = features.ColumnCount;
        double[] sums = new double[width], squares = new double[width], largest = new double[width];
        if (features.IsSparse)
            for (int i = 0; i < features.Sparse!.Values.Length; i++)
                Add(features.Sparse.Columns[i], features.Sparse.Values[i]);
        for (int row = 0; row < features.RowCount && !features.IsSparse; row++)
        {
            ReadOnlySpan<float> cells = features.Row(row, []);
            for (int c = 0; c < width; c++)
                Add(c, cells[c]);
        }
        string[]? names = SlotNames.Of(column);
        List<string> bad = [];
        for (int c = 0; c < width; c++)
        {
            double mean = sums[c] / features.RowCount;
            double deviation = Math.Sqrt(Math.Max(0, squares[c] / features.RowCount - mean * mean));
            if (Math.Abs(mean) > Large || deviation > Large || largest[c] is > 0 and < Small)
                bad.Add(string.Create(CultureInfo.InvariantCulture,
                    $"{Name(names, c)} (mean {mean:G4}, standard deviation {deviation:G4})"));
        }
        if (bad.Count == 0)
            return;
        channel.Warning(MessageSensitivity.Schema, $"{bad.Count} of " +
            $"{Counted.Of(width, "feature")} in column '{column.Name}' {(bad.Count == 1 ? "is" : "are")} not " +
            $"normalised, and a network learns badly from {(bad.Count == 1 ? "it" : "them")}: " +
            $"{string.Join(", ", bad.Take(MostNamed))}{(bad.Count > MostNamed ? " and more" : "")}. " +
            "Use mlContext.MultiTask().Featurize, or append mlContext.Transforms.NormalizeMeanVariance");

        void Add(int c, double cell)
        {
            sums[c] += cell;
            squares[c] += cell * cell;
            largest[c] = Math.Max(largest[c], Math.Abs(cell));
        }
    }

    private static bool IsNormalized(DataViewSchema.Column column)
    {
        bool normalized = false;
        if (column.Annotations.Schema.GetColumnOrNull("IsNormalized") is { Type: BooleanDataViewType })
            column.Annotations.GetValue("IsNormalized", ref normalized);
        return normalized;
    }

    private static string Name(string[]? names, int slot) => names?[slot] is { Length: > 0 } name ? $"'{name}'"
        : string.Create(CultureInfo.InvariantCulture, $"slot {slot}");
}
