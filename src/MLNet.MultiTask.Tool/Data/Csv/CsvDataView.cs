using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Tool.Data.Csv;

/// <summary>A table as ML.NET sees it: raw columns, each of numbers, truths or texts.</summary>
internal sealed class CsvDataView : IDataView
{
    private readonly int _first, _end;
    private readonly CsvColumn[] _columns;
    private readonly CancellationToken _cancellationToken;

    /// <param name="csv">The table.</param>
    /// <param name="columns">Names and types: Single, Double, Boolean or Text.</param>
    /// <param name="rows">Rows from the first to before the last.</param>
    /// <param name="cancellationToken">Looked at while rows are read.</param>
    public CsvDataView(CsvTable csv, IReadOnlyList<(string Name, DataViewType Type)> columns, Range rows,
        CancellationToken cancellationToken)
    {
        (_first, _end, _cancellationToken) = (rows.Start.Value, rows.End.Value, cancellationToken);
        var schema = new DataViewSchema.Builder();
        foreach ((string name, DataViewType type) in columns)
            schema.AddColumn(name, type);
        Schema = schema.ToSchema();
        _columns = [.. columns.Select(c => csv.Column(c.Name, "feature"))];
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    /// <summary>Whether columns of a type can be read from a file.</summary>
    public static bool CanRead(DataViewType type) => type is TextDataViewType or BooleanDataViewType
        || type == NumberDataViewType.Single || type == NumberDataViewType.Double;

    public long? GetRowCount() => _end - _first;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this, columnsNeeded.Select(c => c.Index).ToHashSet());

    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [GetRowCursor(columnsNeeded)];

    private sealed class Cursor(CsvDataView view, HashSet<int> active) : DataViewRowCursor
    {
        private int _row = view._first - 1;

        public override DataViewSchema Schema => view.Schema;

        public override long Position => _row - view._first;

        public override long Batch => 0;

        public override bool MoveNext()
        {
            if (_row >= view._end - 1)
                return false;
            if ((++_row & 255) == 0)
                view._cancellationToken.ThrowIfCancellationRequested();
            return true;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ref DataViewRowId id) => id = new DataViewRowId((ulong)_row, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            CsvColumn cells = view._columns[column.Index];
            Delegate getter = column.Type switch
            {
                TextDataViewType => Texts(cells),
                BooleanDataViewType =>
                    (ValueGetter<bool>)((ref bool value) => value = Number(cells) is not (0 or double.NaN)),
                _ when column.Type == NumberDataViewType.Single =>
                    (ValueGetter<float>)((ref float value) => value = (float)Number(cells)),
                _ => (ValueGetter<double>)((ref double value) => value = Number(cells)),
            };
            return (ValueGetter<TValue>)getter;
        }

        private double Number(CsvColumn cells) => cells.TryNumber(_row, out double number) ? number : double.NaN;

        private static string Text(CsvColumn cells, int code) => cells.IsMissing(code) ? "" : cells.Value(code);

        private ValueGetter<ReadOnlyMemory<char>> Texts(CsvColumn cells)
        {
            var known = new string?[cells.ValueCount];
            return (ref ReadOnlyMemory<char> value) =>
                value = (known[cells.Code(_row)] ??= Text(cells, cells.Code(_row))).AsMemory();
        }
    }
}
