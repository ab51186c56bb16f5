using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.Mapping;

namespace MLNet.MultiTask.Trainers;

/// <summary>
/// Reads rows ahead, scores them at once and shows them one by one. It is never further ahead than it has come, so that
/// who wants a few rows pays for a few.
/// </summary>
internal sealed class BatchCursor : DataViewRowCursor
{
    private const int MaxRows = 256;

    private readonly DataViewRowCursor _input;
    private readonly ScoringMapping _mapping;
    private readonly bool[] _active;
    private readonly ColumnBuffer?[] _kept;
    private readonly BatchScores _scores;
    private readonly ValueGetter<DataViewRowId> _idGetter;
    private readonly DataViewRowId[] _ids = new DataViewRowId[MaxRows];
    private readonly (long Position, long Batch)[] _places = new (long, long)[MaxRows];
    private int _rows, _current = -1, _size = 1;
    private bool _isOver;

    /// <param name="input">Is disposed with this.</param>
    /// <param name="mapping">Whose columns are added.</param>
    /// <param name="active">Which columns of the output may be asked for.</param>
    public BatchCursor(DataViewRowCursor input, ScoringMapping mapping, bool[] active)
    {
        (_input, _mapping, _active) = (input, mapping, active);
        _idGetter = input.GetIdGetter();
        int inputs = mapping.Input.Count;
        _kept = [.. mapping.Input.Select(c => active[c.Index] ? ColumnBuffer.Open(input, c, MaxRows) : null)];
        _scores = new BatchScores(input, mapping, active[inputs..], MaxRows, Current);
    }

    public override DataViewSchema Schema => _mapping.Output;

    public override long Position => _current < 0 ? -1 : _places[_current].Position;

    public override long Batch => _current < 0 ? 0 : _places[_current].Batch;

    /// <summary>Whether a cursor over these columns can read ahead.</summary>
    public static bool CanRead(ScoringMapping mapping, bool[] active) =>
        mapping.TaskIdColumn is null && Array.IndexOf(active, true, mapping.Input.Count) >= 0
        && mapping.Input.All(c => !active[c.Index] || ColumnBuffer.CanKeep(c.Type));

    public override bool MoveNext()
    {
        if (++_current < _rows)
            return true;
        _current = _rows = 0;
        _scores.Clear();
        while (_rows < _size && !_isOver)
        {
            if (!_input.MoveNext())
            {
                _isOver = true;
                break;
            }
            foreach (ColumnBuffer? column in _kept)
                column?.Read(_rows);
            _scores.ReadRow();
            _idGetter(ref _ids[_rows]);
            _places[_rows++] = (_input.Position, _input.Batch);
        }
        _size = Math.Min(2 * _size, MaxRows);
        if (_rows == 0)
            _current = -1;
        return _rows > 0;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) =>
        _active[MappedRow.Checked(Schema, column).Index];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        MappedRow.ThrowUnlessActive(Schema, _active, column);
        int inputs = _mapping.Input.Count;
        return MappedRow.Typed<TValue>(column, column.Index < inputs ? _kept[column.Index]!.GetGetter(Current)
            : _scores.GetGetter(column.Index - inputs));
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = _ids[_current];

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _input.Dispose();
        base.Dispose(disposing);
    }

    private int Current() => _current;
}
