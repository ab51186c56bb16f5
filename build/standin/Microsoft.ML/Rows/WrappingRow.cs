namespace Microsoft.ML.Data;

/// <summary>A row with the position of another row, which it owns.</summary>
internal abstract class WrappingRow(DataViewRow input) : DataViewRow
{
    private bool _disposed;

    public override long Position => Input.Position;

    public override long Batch => Input.Batch;

    protected DataViewRow Input => input;

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    protected override void Dispose(bool disposing)
    {
        if (_disposed)
            return;
        _disposed = true;
        input.Dispose();
    }
}

/// <summary>A cursor that moves another cursor and shows a row that is mapped from it and owns it.</summary>
internal sealed class MappedCursor(DataViewRowCursor source, DataViewRow mapped) : DataViewRowCursor
{
    public override long Position => source.Position;

    public override long Batch => source.Batch;

    public override DataViewSchema Schema => mapped.Schema;

    public override bool MoveNext() => source.MoveNext();

    public override ValueGetter<DataViewRowId> GetIdGetter() => mapped.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => mapped.IsColumnActive(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        => mapped.GetGetter<TValue>(column);

    protected override void Dispose(bool disposing) => mapped.Dispose();
}
