using System.Globalization;

namespace MLNet.MultiTask.Tool.Data.Csv;

/// <summary>Reads UTF-8 cells as numbers, correctly rounded; a decimal comma is read where the file has one.</summary>
internal static class CsvNumber
{
    private const int ExactDigits = 15;
    private const int LongNumber = 64;

    // Powers of ten up to this one are exact, so that one division rounds correctly.
    private static readonly double[] s_powers = [.. Enumerable.Range(0, 23).Select(e => Math.Pow(10, e))];

    /// <summary>Whether a cell is a finite number.</summary>
    public static bool TryParse(ReadOnlySpan<byte> cell, byte decimalMark, out double number)
    {
        if (TryParseShort(cell, decimalMark, out number))
            return true;
        if (decimalMark == (byte)'.')
            return double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out number)
                && double.IsFinite(number);
        if (cell.Contains((byte)'.'))
            return false;
        Span<byte> point = cell.Length <= LongNumber ? stackalloc byte[cell.Length] : new byte[cell.Length];
        cell.Replace(point, decimalMark, (byte)'.');
        return TryParse(point, (byte)'.', out number);
    }

    // Sign, digits, mark, digits: at most 15 digits are an exact integer.
    private static bool TryParseShort(ReadOnlySpan<byte> cell, byte decimalMark, out double number)
    {
        number = 0;
        int i = cell is [(byte)'-' or (byte)'+', ..] ? 1 : 0;
        if (cell.Length - i is 0 or > ExactDigits + 1)
            return false;
        long digits = 0;
        int mark = -1, first = i;
        for (; i < cell.Length; i++)
        {
            uint digit = cell[i] - (uint)'0';
            if (digit <= 9)
                digits = 10 * digits + digit;
            else if (cell[i] == decimalMark && mark < 0)
                mark = i;
            else
                return false;
        }
        int count = cell.Length - first - (mark >= 0 ? 1 : 0);
        if (count is 0 or > ExactDigits)
            return false;
        number = mark < 0 ? digits : digits / s_powers[cell.Length - mark - 1];
        if (cell[0] == (byte)'-')
            number = -number;
        return true;
    }
}
