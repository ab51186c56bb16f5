using System.Globalization;
using MLNet.MultiTask.Tool.Data.Csv;

namespace MLNet.MultiTask.Tool.Data;

/// <summary>Reads cells of chosen rows of a CSV file as numbers.</summary>
internal static class CellReader
{
    /// <summary>Notes the cells of a column that, in the given rows, are neither a number nor missing.</summary>
    /// <param name="csv">The file.</param>
    /// <param name="column">Column name.</param>
    /// <param name="role">What the column is for, as errors say it.</param>
    /// <param name="rows">File rows.</param>
    /// <param name="bad">Takes them.</param>
    /// <param name="hint">Ends the error sentence about a cell that is not a number.</param>
    public static void NoteUnlessNumbers(CsvTable csv, string column, string role, ReadOnlySpan<int> rows,
        BadCells bad, string hint = "")
    {
        CsvColumn cells = csv.Column(column, role);
        foreach (int row in rows)
            if (!cells.TryNumber(row, out double number))
                bad.Add(column, role, row, $"a finite number is expected{hint}");
            else if (Math.Abs(number) > float.MaxValue)
                bad.Add(column, role, row, $"a number between -3.4e38 and 3.4e38 is expected{hint}");
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
