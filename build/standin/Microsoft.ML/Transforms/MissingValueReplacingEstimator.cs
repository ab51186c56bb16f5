using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

public sealed class MissingValueReplacingEstimator : IEstimator<MissingValueReplacingTransformer>
{
    private readonly InputOutputColumnPair[] _columns;
    private readonly ReplacementMode _mode;
    private readonly bool _bySlot;

    internal MissingValueReplacingEstimator(InputOutputColumnPair[] columns, ReplacementMode mode, bool bySlot)
    {
        ArgumentNullException.ThrowIfNull(columns);
        _columns = columns;
        _mode = mode;
        _bySlot = bySlot;
    }

    public enum ReplacementMode : byte
    {
        DefaultValue = 0,
        Mean = 1,
        Minimum = 2,
        Maximum = 3,
        Mode = 5,
    }

    public MissingValueReplacingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        DataViewSchema.Column[] sources = _columns
            .Select(pair => Checked(InputColumns.Find(input.Schema, pair.InputColumnName, "input"))).ToArray();
        return new MissingValueReplacingTransformer(
            _columns, sources.Select(source => MissingValues.Of(input, source, _mode, _bySlot)).ToArray());
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
        => inputSchema.With(_columns.Select(pair =>
        {
            SchemaShape.Column source = inputSchema.Find(pair.InputColumnName, "input");
            if (!HasMissing(source.ItemType) || source.IsKey)
                throw NoMissing(source.GetTypeString());
            return new SchemaShape.Column(pair.OutputColumnName, source.Kind, source.ItemType, false,
                new SchemaShape(source.Annotations.Where(a => MissingValueReplacingTransformer.Keeps(a.Name))));
        }));

    private static DataViewSchema.Column Checked(DataViewSchema.Column source)
        => HasMissing(source.Type.ItemType()) ? source : throw NoMissing(source.Type.ToString());

    private static bool HasMissing(DataViewType type)
        => type == NumberDataViewType.Single || type == NumberDataViewType.Double;

    private static ArgumentOutOfRangeException NoMissing(string type)
        => new("inputSchema", $"Type '{type}' is not supported by "
            + $"{nameof(MissingValueReplacingEstimator)} since it doesn't have an NA value");
}
