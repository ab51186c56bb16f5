namespace Microsoft.ML.Data;

/// <summary>The lines of text files as rows, read anew by each cursor.</summary>
internal sealed class TextView(TextLayout layout, IMultiStreamSource source) : IDataView
{
    public bool CanShuffle => false;

    public DataViewSchema Schema => layout.Schema;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
        => new Cursor(layout, Lines(), columnsNeeded.DistinctBy(c => c.Index).ToArray());

    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    /// <summary>The lines that hold rows, with their numbers from 1.</summary>
    private IEnumerable<(int Number, string Text)> Lines()
    {
        IEnumerable<(int Number, string Text)> lines = Enumerable.Range(0, source.Count).SelectMany(LinesOf);
        return layout.Options.MaxRows is { } rows ? lines.Take(checked((int)rows)) : lines;
    }

    private IEnumerable<(int Number, string Text)> LinesOf(int file)
    {
        using TextReader reader = source.OpenTextReader(file);
        for (int number = 1; reader.ReadLine() is { } text; number++)
        {
            bool isHeader = number == 1 && layout.Options.HasHeader;
            if (!isHeader && !string.IsNullOrWhiteSpace(text))
                yield return (number, text);
        }
    }

    /// <summary>Parses the columns that are asked for, all of a row when it moves there.</summary>
    private sealed class Cursor(
        TextLayout layout, IEnumerable<(int Number, string Text)> lines, DataViewSchema.Column[] columns)
        : RootCursor(layout.Schema, columns)
    {
        private readonly FieldSplitter _splitter = new(layout.Options);
        private readonly IEnumerator<(int Number, string Text)> _lines = lines.GetEnumerator();
        private readonly Dictionary<int, TextCell> _cells = columns.ToDictionary(
            c => c.Index, c => TextCell.Create(c, layout.FieldsOf(c.Index), layout.Options));

        protected override bool MoveNextCore()
        {
            if (!_lines.MoveNext())
                return false;
            List<string> fields = _splitter.Split(_lines.Current.Text);
            foreach (TextCell cell in _cells.Values)
                cell.Read(fields, _lines.Current.Number);
            return true;
        }

        protected override Delegate GetGetterCore(int column) => _cells[column].CreateGetter(CheckOnRow);

        protected override void DisposeCore() => _lines.Dispose();
    }
}
