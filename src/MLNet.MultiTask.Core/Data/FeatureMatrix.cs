using MLNet.MultiTask.Data;

namespace MLNet.MultiTask;

/// <summary>
/// The features of a table: n rows of d numbers. Held as all n×d cells, or, where the rows came as few numbers that are
/// not 0, as those alone; in both cases the rows are the same, and so is everything computed from them.
/// </summary>
public sealed class FeatureMatrix
{
    private readonly float[][] _pieces;
    private readonly int _pieceRows;
    private readonly Lazy<SparseRows?> _sparse;

    /// <summary>Takes ownership of all cells; they are not copied.</summary>
    /// <param name="cells">n×d, row-major.</param>
    /// <param name="columnCount">d, at least 1.</param>
    /// <exception cref="ArgumentException">The cells are no whole rows.</exception>
    public FeatureMatrix(float[] cells, int columnCount)
    {
        ArgumentNullException.ThrowIfNull(cells);
        ArgumentOutOfRangeException.ThrowIfLessThan(columnCount, 1);
        if (cells.Length % columnCount != 0)
            throw new ArgumentException($"{cells.Length} feature values are no whole rows of {columnCount}",
                nameof(cells));
        (_pieces, RowCount, ColumnCount) = ([cells], cells.Length / columnCount, columnCount);
        _pieceRows = Math.Max(1, RowCount);
        _sparse = new Lazy<SparseRows?>(() => SparseRows.TryCreate(this));
    }

    /// <summary>Takes ownership of pieces of equally many rows, but for the last, which may have fewer.</summary>
    internal FeatureMatrix(float[][] pieces, int pieceRows, int rowCount, int columnCount)
    {
        (_pieces, _pieceRows, RowCount, ColumnCount) = (pieces, pieceRows, rowCount, columnCount);
        _sparse = new Lazy<SparseRows?>(() => SparseRows.TryCreate(this));
    }

    /// <summary>Takes ownership of the cells that are not 0.</summary>
    internal FeatureMatrix(SparseRows rows, int rowCount, int columnCount)
    {
        (_pieces, _pieceRows, RowCount, ColumnCount, IsSparse) = ([], 1, rowCount, columnCount, true);
        _sparse = new Lazy<SparseRows?>(rows);
    }

    /// <summary>Number of rows n.</summary>
    public int RowCount { get; }

    /// <summary>Number of features d.</summary>
    public int ColumnCount { get; }

    /// <summary>Whether only the cells that are not 0 are held.</summary>
    public bool IsSparse { get; }

    /// <summary>
    /// The cells that deviate from their column's usual value; of all cells, made on first use and null where that does
    /// not pay.
    /// </summary>
    internal SparseRows? Sparse => _sparse.Value;

    /// <summary>One cell.</summary>
    public float this[int row, int column]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(column);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(column, ColumnCount);
            return IsSparse ? Sparse!.Cell(row, column) : RowOfPiece(row)[column];
        }
    }

    /// <summary>The d features of one row: in place, or expanded into <paramref name="scratch"/>.</summary>
    /// <param name="row">From 0 to n − 1.</param>
    /// <param name="scratch">At least d numbers; may be empty unless <see cref="IsSparse"/>.</param>
    public ReadOnlySpan<float> Row(int row, Span<float> scratch)
    {
        if (!IsSparse)
            return RowOfPiece(row);
        Sparse!.Expand(row, scratch[..ColumnCount]);
        return scratch[..ColumnCount];
    }

    /// <summary>Copies rows one after the other.</summary>
    /// <param name="rows">Row numbers.</param>
    /// <param name="destination">At least rows×d numbers, row-major; overwritten.</param>
    public void CopyRows(ReadOnlySpan<int> rows, Span<float> destination)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            Span<float> own = destination.Slice(i * ColumnCount, ColumnCount);
            if (IsSparse)
                Sparse!.Expand(rows[i], own);
            else
                RowOfPiece(rows[i]).CopyTo(own);
        }
    }

    /// <summary>Copies one column.</summary>
    /// <param name="column">From 0 to d − 1.</param>
    /// <param name="destination">At least n numbers; overwritten.</param>
    public void CopyColumn(int column, Span<float> destination)
    {
        for (int row = 0; row < RowCount; row++)
            destination[row] = this[row, column];
    }

    /// <summary>All n×d cells, row-major: a copy, and large where the matrix is sparse.</summary>
    public float[] ToArray()
    {
        var cells = new float[(long)RowCount * ColumnCount];
        for (int row = 0; row < RowCount; row++)
            CopyRows([row], cells.AsSpan(row * ColumnCount));
        return cells;
    }

    /// <summary>Bytes that the cells take as they are held.</summary>
    internal long ByteCount => IsSparse
        ? sizeof(int) * ((long)Sparse!.Columns.Length + Sparse.Starts.Length)
        + sizeof(float) * (long)Sparse.Values.Length
        : sizeof(float) * (long)RowCount * ColumnCount;

    /// <summary>Whether a feature is NaN.</summary>
    internal bool HasMissing()
    {
        if (IsSparse)
            return Array.Exists(Sparse!.Values, float.IsNaN);
        return Array.Exists(_pieces, p => Array.Exists(p, float.IsNaN));
    }

    /// <summary>The feature that is infinite or NaN in the first row that has one; null = all are finite.</summary>
    /// <param name="allowNaN">Looks for infinite ones only.</param>
    internal (int Row, int Column)? FindNotFinite(bool allowNaN)
    {
        if (IsSparse)
            return Sparse!.FindNotFinite(allowNaN);
        for (int p = 0; p < _pieces.Length; p++)
            for (int i = 0; i < _pieces[p].Length; i++)
                if (!float.IsFinite(_pieces[p][i]) && !(allowNaN && float.IsNaN(_pieces[p][i])))
                    return (p * _pieceRows + i / ColumnCount, i % ColumnCount);
        return null;
    }

    private ReadOnlySpan<float> RowOfPiece(int row) =>
        _pieces[row / _pieceRows].AsSpan(row % _pieceRows * ColumnCount, ColumnCount);
}
