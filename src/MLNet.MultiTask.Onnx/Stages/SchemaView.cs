using Microsoft.ML;

namespace MLNet.MultiTask.Onnx.Stages;

/// <summary>A view of a schema alone: what an exporter walks back to.</summary>
internal sealed class SchemaView(DataViewSchema schema) : IDataView
{
    public DataViewSchema Schema => schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => 0;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        throw new NotSupportedException("An exporter read rows");

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n,
        Random? rand = null) => throw new NotSupportedException("An exporter read rows");
}
