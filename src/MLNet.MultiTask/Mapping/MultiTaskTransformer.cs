using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask;

/// <summary>
/// What the transformers of this library share: they add columns lazily and leave the others alone, compute only what
/// is asked for, and are safe to use from many threads at once (a <see cref="PredictionEngine{TSrc, TDst}"/> around one
/// is not: make one per thread). They hold nothing that must be released, so a prediction engine that is disposed takes
/// nothing away from the others.
/// </summary>
public abstract class MultiTaskTransformer : ITransformer
{
    private protected MultiTaskTransformer(MLContext context) => Context = context;

    /// <summary>Always true: one input row becomes one output row.</summary>
    public bool IsRowToRowMapper => true;

    internal MLContext Context { get; }

    /// <summary>The input's columns at their places, followed by the added ones.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An input column is missing or of a wrong type.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Mapper(inputSchema).OutputSchema;

    /// <summary>A view with the added columns; no row is read before a cursor asks.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An input column is missing or of a wrong type.</exception>
    /// <exception cref="NotSupportedException">
    /// The caller is <c>mlContext.Model.ConvertToOnnx</c>, which cannot export this (the message says what can).
    /// </exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Mapping.OnnxGuard.ThrowIfExporting(GetType().Name);
        return new Mapping.MappedDataView(input, Mapper(input.Schema));
    }

    /// <summary>Maps single rows, without an allocation per row.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An input column is missing or of a wrong type.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => Mapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)ToBuiltInChain()).Save(ctx);

    /// <summary>The kind of <see cref="Save"/>'s container.</summary>
    internal abstract string StateKind { get; }

    /// <summary>Writes everything that is needed to make the transformer again.</summary>
    internal abstract void Save(Stream stream);

    private protected abstract Mapping.RowMapping Bind(DataViewSchema input);

    /// <summary>An equivalent chain of ML.NET's own transformers, which its model files can hold.</summary>
    private protected abstract ITransformer ToBuiltInChain();

    private Mapping.RowMapper Mapper(DataViewSchema input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new Mapping.RowMapper(Bind(input));
    }
}
