namespace MLNet.MultiTask.Data;

/// <summary>Finds columns of numbers that seem to name rows instead of measuring something.</summary>
internal static class IdNumbers
{
    // A shorter column may look so by chance.
    private const int FewRows = 20;

    /// <summary>
    /// Whether no value comes twice and all are whole numbers, or the values only go up, or only down, from row to row.
    /// </summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="number">The number of a row; NaN = missing.</param>
    public static bool LookLikeIds(int rows, Func<int, double> number)
    {
        bool up = true, down = true, whole = true;
        for (int row = 0; row < rows; row++)
        {
            double own = number(row), before = row == 0 ? double.NaN : number(row - 1);
            up &= !(own <= before);
            down &= !(own >= before);
            whole &= own % 1 == 0;
            if (double.IsNaN(own) || !(up || down || whole))
                return false;
        }
        if (rows < FewRows || up || down)
            return rows >= FewRows;
        var seen = new HashSet<double>();
        for (int row = 0; row < rows; row++)
            if (!seen.Add(number(row)))
                return false;
        return true;
    }
}
