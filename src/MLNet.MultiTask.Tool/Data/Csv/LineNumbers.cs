namespace MLNet.MultiTask.Tool.Data.Csv;

/// <summary>The line of a file on which each row starts, kept where it is not the one behind the row before.</summary>
internal sealed class LineNumbers
{
    private readonly List<(int Row, long Line)> _jumps = [];
    private long _next;

    public int RowCount { get; private set; }

    public long this[int row]
    {
        get
        {
            int place = _jumps.BinarySearch((row, long.MaxValue));
            (int first, long line) = _jumps[(place < 0 ? ~place : place) - 1];
            return line + row - first;
        }
    }

    public void Add(long line)
    {
        if (RowCount == 0 || line != _next)
            _jumps.Add((RowCount, line));
        RowCount++;
        _next = line + 1;
    }
}
