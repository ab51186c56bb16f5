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

    public MappedRow(DataViewRow input, RowMapping mapping, bool[] activeColumns)
    {
        (_input, _mapping, _active) = (input, mapping, activeColumns);
        bool[] added = _active[mapping.Input.Count..];
        if (added.Contains(true))
            _added = mapping.Open(input, added);
    }

    public override DataViewSchema Schema => _mapping.Output;

    public override long Position => _input.Position;

    public override long Batch => _input.Batch;

    public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[Checked(Schema, column).Index];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        ThrowUnlessActive(Schema, _active, column);
        int inputs = _mapping.Input.Count;
        return column.Index < inputs ? _input.GetGetter<TValue>(_mapping.Input[column.Index])
            : Typed<TValue>(column, _added!.GetGetter(column.Index - inputs));
    }

    /// <summary>The column, if it is one of the schema's.</summary>
    /// <exception cref="ArgumentException">It is of another schema.</exception>
    public static DataViewSchema.Column Checked(DataViewSchema schema, DataViewSchema.Column column) =>
        column.Index < schema.Count && schema[column.Index].Name == column.Name ? column
            : throw new ArgumentException($"Column '{column.Name}' ({column.Index}) is not of this row's schema",
                nameof(column));

    /// <exception cref="ArgumentException">The column is of another schema, or was not asked for.</exception>
    public static void ThrowUnlessActive(DataViewSchema schema, bool[] active, DataViewSchema.Column column)
    {
        if (!active[Checked(schema, column).Index])
            throw new ArgumentException($"Column '{column.Name}' was not asked for when this row was opened",
                nameof(column));
    }

    /// <summary>The getter as one of the type that is asked for.</summary>
    /// <exception cref="InvalidOperationException">The column holds another type.</exception>
    public static ValueGetter<TValue> Typed<TValue>(DataViewSchema.Column column, Delegate getter) =>
        getter as ValueGetter<TValue>
            ?? throw new InvalidOperationException($"Column '{column.Name}' holds {column.Type.RawType}, a getter " +
                $"of {typeof(TValue)} was asked for");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            (_added as IDisposable)?.Dispose();
            _input.Dispose();
        }
        base.Dispose(disposing);
    }
}
