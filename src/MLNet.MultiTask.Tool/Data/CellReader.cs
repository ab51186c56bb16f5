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
        ThrowUnlessNumbers(csv, column, role, rows, hint);
        CsvColumn cells = csv.Column(column, role);
        var numbers = new double[rows.Length];
        for (int i = 0; i < numbers.Length; i++)
            cells.TryNumber(rows[i], out numbers[i]);
        return numbers;
    }

    /// <summary>Refuses a column that holds, in the given rows, what is neither a number nor missing.</summary>
    /// <inheritdoc cref="Numbers"/>
    public static void ThrowUnlessNumbers(CsvTable csv, string column, string role, ReadOnlySpan<int> rows,
        string hint = "")
    {
        CsvColumn cells = csv.Column(column, role);
        var bad = new BadCells(csv, column, role);
        foreach (int row in rows)
            if (!cells.TryNumber(row, out double number))
                bad.Add(row, $"a finite number is expected{hint}");
            else if (Math.Abs(number) > float.MaxValue)
                bad.Add(row, $"a number between -3.4e38 and 3.4e38 is expected{hint}");
        bad.ThrowIfAny();
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
