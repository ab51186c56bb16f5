namespace MLNet.MultiTask.Data;

/// <summary>What is odd about a column that can be read, and may not be meant.</summary>
internal static class ColumnNotes
{
    private const int FewValues = 5;
    private const double NearlyAll = 0.9;

    // In fewer cells a number of nines may be a measurement.
    private const int FewCells = 5;
    private const double FewOfRows = 0.01;

    private static readonly double[] s_nines = [99, 999, 9999, 99999, 999999];

    private static readonly HashSet<string> s_words = new(StringComparer.OrdinalIgnoreCase)
        { "none", "missing", "nil", "n.a.", "#N/A", "n.d.", "-", "--", ".", "\\N", "NaT", "unknown" };

    /// <summary>Whether a text may mean that a value is not known, but may be a value as well.</summary>
    public static bool MayMeanMissing(string text) => s_words.Contains(text.Trim());

    /// <summary>Whether numbers are written as codes are, such as 00123.</summary>
    /// <param name="values">The different texts of a column that are not missing.</param>
    public static bool HaveLeadingZeros(IReadOnlyCollection<string> values) => values.Count >= FewValues
        && 2 * values.Count(v => v.Length > 1 && v[0] == '0' && v.All(char.IsAsciiDigit)) > values.Count;

    /// <summary>The unit that nearly all texts have behind a number; null where there is none.</summary>
    /// <param name="values">The different texts of a column that are not missing.</param>
    public static string? UnitOf(IReadOnlyCollection<string> values) => values.Count < FewValues ? null
        : values.GroupBy(CellTexts.UnitOf)
            .FirstOrDefault(g => g.Key is not null && g.Count() > NearlyAll * values.Count)?.Key;

    /// <summary>One of the texts, where nearly all are dates or times; null where they are not.</summary>
    /// <param name="values">The different texts of a column that are not missing.</param>
    public static string? DateOrTime(IReadOnlyCollection<string> values) =>
        values.Count > 1 && values.Count(DateTexts.Has) > NearlyAll * values.Count ? values.First(DateTexts.Has) : null;

    /// <summary>
    /// A number such as −999 that may stand for what is not known, and its cells: the one farthest from 0, made of
    /// nines, in several cells, while no other comes half as far; null where there is none.
    /// </summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="number">The number of a row; NaN = missing.</param>
    public static (double Number, long Cells)? Sentinel(int rows, Func<int, double> number)
    {
        double most = 0, next = 0, sentinel = 0;
        long cells = 0;
        for (int row = 0; row < rows; row++)
        {
            double own = number(row), size = Math.Abs(own);
            if (size > most)
                (next, most, sentinel, cells) = (most, size, own, 1);
            else if (own == sentinel)
                cells++;
            else if (!double.IsNaN(own))
                next = Math.Max(next, size);
        }
        return s_nines.Contains(most) && next < most / 2 && cells >= Math.Max(FewCells, FewOfRows * rows)
            ? (sentinel, cells) : null;
    }
}
