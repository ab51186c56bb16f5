namespace Microsoft.ML.Data;

/// <summary>Rows in an order drawn from a pool of at most <paramref name="poolSize"/> rows of the source.</summary>
internal sealed class ShuffledView(IDataView source, int seed, int poolSize, bool shuffleSource) : IDataView
{
    public bool CanShuffle => true;

    public DataViewSchema Schema => source.Schema;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        rand ??= new Random(seed);
        Random sourceOrder = shuffleSource && source.CanShuffle ? new Random(rand.Next()) : null;
        DataViewSchema.Column[] columns = columnsNeeded.ToArray();
        return new Cursor(source.GetRowCursor(columns, sourceOrder), columns, rand, poolSize);
    }

    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : RootCursor
    {
        private readonly DataViewRowCursor _input;
        private readonly Random _rand;
        private readonly int _poolSize;
        private readonly Dictionary<int, ColumnStore> _stores;
        private readonly Action<int>[] _writers;
        private readonly ValueGetter<DataViewRowId> _inputId;
        private readonly List<DataViewRowId> _ids = [];
        private readonly List<int> _waiting = [];
        private int _current = -1;

        public Cursor(DataViewRowCursor input, DataViewSchema.Column[] columns, Random rand, int poolSize)
            : base(input.Schema, columns)
        {
            _input = input;
            _rand = rand;
            _poolSize = poolSize;
            _stores = columns.DistinctBy(c => c.Index).ToDictionary(c => c.Index, c => ColumnStore.Create(c.Type));
            _writers = _stores.Select(s => s.Value.CreateWriter(input, input.Schema[s.Key])).ToArray();
            _inputId = input.GetIdGetter();
        }

        public override ValueGetter<DataViewRowId> GetIdGetter()
            => (ref DataViewRowId id) => id = _ids[Slot()];

        protected override bool MoveNextCore()
        {
            if (_current < 0)
                FillPool();
            else if (_input.MoveNext())
                Keep(_current);
            if (_waiting.Count == 0)
                return false;
            int pick = _rand.Next(_waiting.Count);
            _current = _waiting[pick];
            _waiting[pick] = _waiting[^1];
            _waiting.RemoveAt(_waiting.Count - 1);
            return true;
        }

        protected override Delegate GetGetterCore(int column) => _stores[column].CreateGetter(Slot);

        protected override void DisposeCore() => _input.Dispose();

        private void FillPool()
        {
            while (_waiting.Count < _poolSize && _input.MoveNext())
                Keep(_waiting.Count);
        }

        private void Keep(int slot)
        {
            foreach (Action<int> writer in _writers)
                writer(slot);
            DataViewRowId id = default;
            _inputId(ref id);
            if (slot == _ids.Count)
                _ids.Add(id);
            else
                _ids[slot] = id;
            _waiting.Add(slot);
        }

        private int Slot()
        {
            CheckOnRow();
            return _current;
        }
    }
}
