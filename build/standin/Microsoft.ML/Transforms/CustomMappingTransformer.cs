using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

public sealed class CustomMappingTransformer<TSrc, TDst> : ITransformer
    where TSrc : class, new()
    where TDst : class, new()
{
    private readonly Action<TSrc, TDst> _map;
    private readonly string _contractName;

    internal CustomMappingTransformer(
        Action<TSrc, TDst> map, string contractName, SchemaDefinition input, SchemaDefinition output)
    {
        ArgumentNullException.ThrowIfNull(map);
        _map = map;
        _contractName = contractName;
        Input = input;
        Added = Member<TDst>.All(output, SchemaDefinition.Direction.Write);
    }

    bool ITransformer.IsRowToRowMapper => true;

    internal SchemaDefinition Input { get; }

    internal Member<TDst>[] Added { get; }

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Bind(inputSchema).OutputSchema;

    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new MappedView(input, Bind(input.Schema));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => Bind(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx)
        => CustomMapping.Save(ctx, _contractName, _map.Method.DeclaringType.Assembly);

    private AppendingMapper Bind(DataViewSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return new AppendingMapper(schema, new MappedColumns(this, schema));
    }

    /// <summary>All new columns come from one call of the mapping per position.</summary>
    private sealed class MappedColumns(CustomMappingTransformer<TSrc, TDst> parent, DataViewSchema schema) : NewColumns
    {
        private readonly ObjectReader<TSrc> _reader = new(schema, false, parent.Input);

        public override IReadOnlyList<DataViewSchema.DetachedColumn> Columns { get; } = parent.Added
            .Select(m => new DataViewSchema.DetachedColumn(
                m.Binding.ColumnName, m.Binding.ColumnType, m.Binding.Annotations))
            .ToArray();

        public override IEnumerable<int> InputsOf(int index) => _reader.Columns.Select(c => c.Index);

        public override Delegate[] CreateGetters(DataViewRow input, bool[] active)
        {
            Delegate[] getters = new Delegate[active.Length];
            if (!active.Contains(true))
                return getters;
            Func<TDst> current = CreateCurrent(input);
            for (int i = 0; i < getters.Length; i++)
                getters[i] = active[i] ? parent.Added[i].CreateGetter(current) : null;
            return getters;
        }

        private Func<TDst> CreateCurrent(DataViewRow input)
        {
            Action<TSrc> fill = _reader.CreateFill(input);
            TSrc source = new();
            TDst destination = new();
            long mapped = -1;
            return () =>
            {
                if (mapped == input.Position)
                    return destination;
                fill(source);
                parent._map(source, destination);
                mapped = input.Position;
                return destination;
            };
        }
    }
}
