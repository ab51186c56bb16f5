using System.Globalization;

namespace MLNet.MultiTask.Tool.Data;

/// <summary>Reads cells of chosen rows of a CSV file as numbers.</summary>
internal static class CellReader
{
    /// <summary>One number per row; an empty cell or "NaN" is NaN.</summary>
    /// <param name="csv">The file.</param>
    /// <param name="column">Column name.</param>
    /// <param name="role">What the column is for, as errors say it.</param>
    /// <param name="rows">File rows, in the order wanted.</param>
    /// <param name="hint">Ends the error sentence about a cell that is not a number.</param>
    public static double[] Numbers(CsvTable csv, string column, string role, ReadOnlySpan<int> rows, string hint = "")
    {
        IReadOnlyList<string> cells = csv.Column(column, role);
        var numbers = new double[rows.Length];
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = TryNumber(cells[rows[i]], out double number) ? number : throw BadCell(
                csv, rows[i], column, role, cells[rows[i]], $"a finite number is expected{hint}");
        return numbers;
    }

    /// <summary>Whether a cell is empty, "NaN" or a finite number.</summary>
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

    public static InputException BadCell(
        CsvTable csv, int row, string column, string role, string cell, string expected) =>
        new($"{csv.FileName} line {csv.Line(row)}: {role} column '{column}' holds '{cell}'; {expected}.");
}
