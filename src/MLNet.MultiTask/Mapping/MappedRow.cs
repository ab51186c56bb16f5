using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Mapping;

/// <summary>A row with the added columns; values are computed when a getter is called.</summary>
internal sealed class MappedRow : DataViewRow
{
    private readonly DataViewRow _input;
    private readonly RowMapping _mapping;
    private readonly bool[] _active;
    private readonly AddedValues? _added;

    public MappedRow(DataViewRow input, RowMapping mapping, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        (_input, _mapping) = (input, mapping);
        _active = new bool[mapping.Output.Count];
        foreach (DataViewSchema.Column column in activeColumns)
            _active[column.Index] = true;
        bool[] added = _active[mapping.Input.Count..];
        if (added.Contains(true))
            _added = mapping.Open(input, added);
    }

    public override DataViewSchema Schema => _mapping.Output;

    public override long Position => _input.Position;

    public override long Batch => _input.Batch;

    public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[Checked(column).Index];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
            throw new ArgumentException($"Column '{column.Name}' was not asked for when this row was opened",
                nameof(column));
        int inputs = _mapping.Input.Count;
        if (column.Index < inputs)
            return _input.GetGetter<TValue>(_mapping.Input[column.Index]);
        return _added!.GetGetter(column.Index - inputs) as ValueGetter<TValue>
            ?? throw new InvalidOperationException($"Column '{column.Name}' holds {column.Type.RawType}, a getter " +
                $"of {typeof(TValue)} was asked for");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            (_added as IDisposable)?.Dispose();
            _input.Dispose();
        }
        base.Dispose(disposing);
    }

    private DataViewSchema.Column Checked(DataViewSchema.Column column) =>
        column.Index < _active.Length && Schema[column.Index].Name == column.Name ? column
            : throw new ArgumentException($"Column '{column.Name}' ({column.Index}) is not of this row's schema",
                nameof(column));
}
