using System.Globalization;
using MLNet.MultiTask.Tool.Data.Csv;

namespace MLNet.MultiTask.Tool.Data;

/// <summary>Reads cells of chosen rows of a CSV file as numbers.</summary>
internal static class CellReader
{
    /// <summary>One number per row; NaN where it is not known.</summary>
    /// <param name="csv">The file.</param>
    /// <param name="column">Column name.</param>
    /// <param name="role">What the column is for, as errors say it.</param>
    /// <param name="rows">File rows, in the order wanted.</param>
    /// <param name="hint">Ends the error sentence about a cell that is not a number.</param>
    public static double[] Numbers(CsvTable csv, string column, string role, ReadOnlySpan<int> rows, string hint = "")
    {
        CsvColumn cells = csv.Column(column, role);
        var bad = new BadCells(csv, column, role);
        var numbers = new double[rows.Length];
        for (int i = 0; i < numbers.Length; i++)
            if (!cells.TryNumber(rows[i], out numbers[i]))
                bad.Add(rows[i], $"a finite number is expected{hint}");
            else if (Math.Abs(numbers[i]) > float.MaxValue)
                bad.Add(rows[i], $"a number between -3.4e38 and 3.4e38 is expected{hint}");
        bad.ThrowIfAny();
        return numbers;
    }

    /// <summary>Whether a text is empty, "NaN" or a finite number.</summary>
    public static bool TryNumber(string cell, out double number)
    {
        if (cell.Length == 0)
        {
            number = double.NaN;
            return true;
        }
        return double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out number)
            && !double.IsInfinity(number);
    }
}
