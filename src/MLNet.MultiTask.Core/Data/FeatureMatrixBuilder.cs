using System.Runtime.InteropServices;

namespace MLNet.MultiTask.Data;

/// <summary>
/// Collects the rows of a <see cref="FeatureMatrix"/>. As long as few cells are not 0 it keeps those alone; the cells
/// are never all in memory unless they are what is kept.
/// </summary>
internal sealed class FeatureMatrixBuilder
{
    private const int PieceCells = 1 << 20;
    private const int RowsBeforeJudging = 32;
    private readonly int _columns, _pieceRows;
    private readonly List<int> _rowStarts;
    private readonly List<float[]> _pieces = [];
    private readonly float[] _scratch;
    private int[] _entryColumns = [];
    private float[] _entryValues = [];
    private int _entries;
    private readonly int _expected;
    private bool _isSparse;

    /// <param name="columns">d, at least 1.</param>
    /// <param name="rows">Number of rows, where that is known.</param>
    /// <param name="entries">Most features of all rows that are not 0, where that is known.</param>
    public FeatureMatrixBuilder(int columns, int rows = 0, long entries = 0)
    {
        (_columns, _isSparse) = (columns, columns >= SparseRows.MinColumns);
        _rowStarts = new List<int>(_isSparse ? rows + 1 : 0) { 0 };
        _pieceRows = Math.Max(1, PieceCells / columns);
        _scratch = new float[_isSparse ? columns : 0];
        _expected = (int)Math.Min(entries, Array.MaxLength);
    }

    /// <summary>Rows so far.</summary>
    public int RowCount { get; private set; }

    /// <summary>Adds a row given by all its d cells.</summary>
    public void Add(ReadOnlySpan<float> cells)
    {
        if (_isSparse)
        {
            for (int c = 0; c < cells.Length; c++)
                if (cells[c] != 0)
                    AddEntry(c, cells[c]);
            EndSparseRow();
        }
        else
            cells.CopyTo(NextRow());
    }

    /// <summary>Adds a row given by some of its cells; the others are 0.</summary>
    /// <param name="columns">Ascending.</param>
    /// <param name="values">One per column.</param>
    public void Add(ReadOnlySpan<int> columns, ReadOnlySpan<float> values)
    {
        if (_isSparse)
        {
            for (int i = 0; i < columns.Length; i++)
                if (values[i] != 0)
                    AddEntry(columns[i], values[i]);
            EndSparseRow();
            return;
        }
        Span<float> row = NextRow();
        for (int i = 0; i < columns.Length; i++)
            row[columns[i]] = values[i];
    }

    /// <summary>The matrix of all rows; the builder is spent.</summary>
    public FeatureMatrix Build()
    {
        if (_isSparse && RowCount > 0 && !Exceeds(SparseRows.MaxDensity)
            && SparseRows.BlockCells(RowCount, _columns) < Array.MaxLength)
        {
            // A copy of nearly all of it would be the largest thing in memory.
            if (_entries < _entryColumns.Length / 16 * 15)
                Resize(_entries);
            return new FeatureMatrix(SparseRows.Of(CollectionsMarshal.AsSpan(_rowStarts), _entryColumns, _entryValues,
                _columns), RowCount, _columns);
        }
        if (_isSparse)
            MakeDense();
        if (RowCount % _pieceRows is > 0 and int rest)
        {
            float[] last = _pieces[^1];
            Array.Resize(ref last, rest * _columns);
            _pieces[^1] = last;
        }
        return new FeatureMatrix([.. _pieces], _pieceRows, RowCount, _columns);
    }

    private void AddEntry(int column, float value)
    {
        if (_entries == _entryColumns.Length)
            Resize((int)Math.Min(Array.MaxLength, Math.Max(256, 2L * _entries)));
        (_entryColumns[_entries], _entryValues[_entries++]) = (column, value);
    }

    private void Resize(int entries)
    {
        Array.Resize(ref _entryColumns, entries);
        Array.Resize(ref _entryValues, entries);
    }

    private void EndSparseRow()
    {
        RowCount++;
        _rowStarts.Add(_entries);
        if (RowCount >= RowsBeforeJudging && Exceeds(2 * SparseRows.MaxDensity))
            MakeDense();
        else if (RowCount == RowsBeforeJudging && _expected > _entryColumns.Length)
            Resize(_expected);
    }

    private bool Exceeds(double density) => _entries > density * RowCount * _columns;

    private void MakeDense()
    {
        int rows = RowCount;
        (RowCount, _isSparse) = (0, false);
        for (int row = 0; row < rows; row++)
        {
            for (int i = _rowStarts[row]; i < _rowStarts[row + 1]; i++)
                _scratch[_entryColumns[i]] = _entryValues[i];
            Add(_scratch);
            Array.Clear(_scratch);
        }
        (_entryColumns, _entryValues, _entries) = ([], [], 0);
        _rowStarts.Clear();
    }

    private Span<float> NextRow()
    {
        int row = RowCount++ % _pieceRows;
        if (row == 0)
            _pieces.Add(new float[_pieceRows * _columns]);
        return _pieces[^1].AsSpan(row * _columns, _columns);
    }
}
