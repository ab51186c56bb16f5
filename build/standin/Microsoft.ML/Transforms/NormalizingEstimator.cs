using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

public sealed class NormalizingEstimator : IEstimator<NormalizingTransformer>
{
    private readonly InputOutputColumnPair[] _columns;
    private readonly long _maximumExampleCount;
    private readonly NormalizerOptions _options;

    internal NormalizingEstimator(InputOutputColumnPair[] columns, long maximumExampleCount, NormalizerOptions options)
    {
        ArgumentNullException.ThrowIfNull(columns);
        if (maximumExampleCount <= 1)
            throw new ArgumentOutOfRangeException(nameof(maximumExampleCount), "Must be greater than 1");
        _columns = columns;
        _maximumExampleCount = maximumExampleCount;
        _options = options;
    }

    /// <summary>Learns from the first rows of the input, all columns in one pass.</summary>
    public NormalizingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        DataViewSchema.Column[] sources = _columns
            .Select(pair => Checked(InputColumns.Find(input.Schema, pair.InputColumnName, "input"))).ToArray();
        using DataViewRowCursor cursor = input.GetRowCursor(sources.DistinctBy(c => c.Index));
        NormalizerTraining[] trainings = sources.Select(source => NormalizerTraining.Create(cursor, source)).ToArray();
        for (long row = 0; row < _maximumExampleCount && cursor.MoveNext(); row++)
        {
            foreach (NormalizerTraining training in trainings)
                training.AddRow();
        }

        return new NormalizingTransformer(_columns, trainings.Select(t => t.Finish(_options)).ToArray());
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
        => inputSchema.With(_columns.Select(pair =>
        {
            SchemaShape.Column source = inputSchema.Find(pair.InputColumnName, "input");
            if (source.Kind == SchemaShape.Column.VectorKind.VariableVector || !IsReal(source.ItemType) || source.IsKey)
                throw Mismatch(source.Name, source.GetTypeString());
            return new SchemaShape.Column(
                pair.OutputColumnName, source.Kind, source.ItemType, false, Annotations(source));
        }));

    private static DataViewSchema.Column Checked(DataViewSchema.Column source)
        => IsReal(source.Type.ItemType()) && source.Type is not VectorDataViewType { IsKnownSize: false }
            ? source
            : throw Mismatch(source.Name, source.Type.ToString());

    private static bool IsReal(DataViewType type)
        => type == NumberDataViewType.Single || type == NumberDataViewType.Double;

    private static ArgumentOutOfRangeException Mismatch(string name, string actual)
        => InputColumns.Mismatch("input", name, "known-size vector or scalar of Single or Double", actual);

    private static SchemaShape Annotations(SchemaShape.Column source)
    {
        List<SchemaShape.Column> kinds = [SchemaShape.Column.Of(
            AnnotationKinds.IsNormalized, BooleanDataViewType.Instance)];
        if (source.Annotations.TryFindColumn(AnnotationKinds.SlotNames, out SchemaShape.Column names))
            kinds.Add(names);
        return new SchemaShape(kinds);
    }
}
