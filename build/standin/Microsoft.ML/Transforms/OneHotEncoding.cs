using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>Numbers the values, then makes an indicator (or a count) of each number.</summary>
public sealed class OneHotEncodingEstimator : IEstimator<OneHotEncodingTransformer>
{
    private readonly EstimatorChain<ITransformer> _chain;

    internal OneHotEncodingEstimator(
        ValueToKeyMappingEstimator toKey, InputOutputColumnPair[] columns, OutputKind outputKind)
    {
        _chain = new EstimatorChain<ITransformer>().Append((IEstimator<ITransformer>)toKey);
        if (outputKind == OutputKind.Key)
            return;
        InputOutputColumnPair[] outputs = columns.Select(p => new InputOutputColumnPair(p.OutputColumnName)).ToArray();
        _chain = _chain.Append(
            (IEstimator<ITransformer>)new KeyToVectorMappingEstimator(outputs, outputKind == OutputKind.Bag));
    }

    public enum OutputKind : byte
    {
        Bag = 1,
        Indicator = 2,
        Key = 3,
    }

    public OneHotEncodingTransformer Fit(IDataView input) => new(_chain.Fit(input));

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _chain.GetOutputSchema(inputSchema);
}

/// <summary>Saved as the chain that it is.</summary>
public sealed class OneHotEncodingTransformer : ITransformer
{
    private readonly ITransformer _chain;

    internal OneHotEncodingTransformer(ITransformer chain) => _chain = chain;

    bool ITransformer.IsRowToRowMapper => _chain.IsRowToRowMapper;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _chain.GetOutputSchema(inputSchema);

    public IDataView Transform(IDataView input) => _chain.Transform(input);

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => _chain.GetRowToRowMapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => _chain.Save(ctx);
}
