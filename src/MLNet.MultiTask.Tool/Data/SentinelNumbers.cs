using System.Globalization;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Tool.Data.Csv;

namespace MLNet.MultiTask.Tool.Data;

/// <summary>Numbers such as −999 that files write where a value is not known.</summary>
internal static class SentinelNumbers
{
    private static readonly double[] s_usual = [99, 999, 9999, 99999, 999999];

    // In fewer cells it may be a measurement.
    private const int FewCells = 5;
    private const double FewOfRows = 0.01;

    /// <summary>
    /// The smallest or largest number of a column where it is made of nines, fills several cells, and no other number
    /// comes half as far from 0.
    /// </summary>
    public static IEnumerable<string> Find(CsvTable csv, CsvColumn column)
    {
        double most = 0, next = 0, sentinel = 0;
        long cells = 0;
        for (int row = 0; row < csv.RowCount; row++)
        {
            if (!column.TryNumber(row, out double number) || double.IsNaN(number))
                continue;
            double size = Math.Abs(number);
            if (size > most)
                (next, most, sentinel, cells) = (most, size, number, 1);
            else if (number == sentinel)
                cells++;
            else
                next = Math.Max(next, size);
        }
        if (s_usual.Contains(most) && next < most / 2 && cells >= Math.Max(FewCells, FewOfRows * csv.RowCount))
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{sentinel} in {Counted.Of(cells, "cell")} of '{column.Name}'");
    }
}
