namespace Microsoft.ML.Data;

/// <summary>The lines of text files as rows, read anew by each cursor.</summary>
internal sealed class TextView(TextLayout layout, IMultiStreamSource source) : IDataView
{
    public bool CanShuffle => false;

    public DataViewSchema Schema => layout.Schema;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
        => new Cursor(layout, source, columnsNeeded);

    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private IEnumerable<string> Lines()
    {
        for (int i = 0; i < source.Count; i++)
        {
            using TextReader reader = source.OpenTextReader(i);
            if (layout.Options.HasHeader)
                reader.ReadLine();
            while (reader.ReadLine() is { } line)
            {
                if (!string.IsNullOrWhiteSpace(line))
                    yield return line;
            }
        }
    }

    private sealed class Cursor : RootCursor
    {
        private readonly TextLayout _layout;
        private readonly FieldSplitter _splitter;
        private readonly IEnumerator<string> _lines;
        private List<string> _fields;

        public Cursor(TextLayout layout, IMultiStreamSource source, IEnumerable<DataViewSchema.Column> columnsNeeded)
            : base(layout.Schema, columnsNeeded)
        {
            _layout = layout;
            _splitter = new FieldSplitter(layout.Options);
            IEnumerable<string> lines = new TextView(layout, source).Lines();
            _lines = (layout.Options.MaxRows is { } rows ? lines.Take(checked((int)rows)) : lines).GetEnumerator();
        }

        protected override bool MoveNextCore()
        {
            if (!_lines.MoveNext())
                return false;
            _fields = _splitter.Split(_lines.Current);
            return true;
        }

        protected override Delegate GetGetterCore(int column)
        {
            DataViewType type = Schema[column].Type;
            return (Delegate)Generic.Call(
                typeof(Cursor), type is VectorDataViewType ? nameof(Vector) : nameof(Scalar),
                [type.ItemType().RawType], this, _layout.FieldsOf(column), type.ItemType());
        }

        protected override void DisposeCore() => _lines.Dispose();

        private static ValueGetter<T> Scalar<T>(Cursor cursor, int[] fields, DataViewType type)
        {
            FieldParser<T> parser = new(cursor._layout.Options, type);
            return (ref T value) => value = parser.Parse(cursor.Field(fields[0]));
        }

        private static ValueGetter<VBuffer<T>> Vector<T>(Cursor cursor, int[] fields, DataViewType type)
        {
            FieldParser<T> parser = new(cursor._layout.Options, type);
            return (ref VBuffer<T> value) =>
            {
                VBufferEditor<T> editor = VBufferEditor.Create(ref value, fields.Length);
                for (int i = 0; i < fields.Length; i++)
                    editor.Values[i] = parser.Parse(cursor.Field(fields[i]));
                value = editor.Commit();
            };
        }

        /// <summary>A field that the line is too short for is empty.</summary>
        private string Field(int index)
        {
            CheckOnRow();
            return index < _fields.Count ? _fields[index] : "";
        }
    }
}
