using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

public sealed class ColumnConcatenatingEstimator : IEstimator<ColumnConcatenatingTransformer>
{
    private readonly string _name;
    private readonly string[] _sources;

    internal ColumnConcatenatingEstimator(string outputColumnName, string[] inputColumnNames)
    {
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentNullException.ThrowIfNull(inputColumnNames);
        if (inputColumnNames.Length == 0)
            throw new ArgumentOutOfRangeException(nameof(inputColumnNames), "Input columns not specified");
        _name = outputColumnName;
        _sources = inputColumnNames;
    }

    public ColumnConcatenatingTransformer Fit(IDataView input)
    {
        ColumnConcatenatingTransformer transformer = new(_name, _sources);
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SchemaShape.Column[] sources = _sources.Select(name => inputSchema.Find(name, "input")).ToArray();
        foreach (SchemaShape.Column source in sources)
        {
            if (!source.ItemType.Equals(sources[0].ItemType))
            {
                throw InputColumns.Mismatch(
                    "input", source.Name, sources[0].ItemType.ToString(), source.GetTypeString());
            }
        }

        bool variable = sources.Any(s => s.Kind == SchemaShape.Column.VectorKind.VariableVector);
        return inputSchema.With(new SchemaShape.Column(
            _name,
            variable ? SchemaShape.Column.VectorKind.VariableVector : SchemaShape.Column.VectorKind.Vector,
            sources[0].ItemType,
            isKey: false,
            Annotations(sources, variable)));
    }

    private static SchemaShape Annotations(SchemaShape.Column[] sources, bool variable)
    {
        List<SchemaShape.Column> kinds = [];
        bool named = sources.Any(s => s.Kind == SchemaShape.Column.VectorKind.Scalar
            || s.Annotations.TryFindColumn(AnnotationKinds.SlotNames, out _));
        if (named && !variable)
        {
            kinds.Add(new SchemaShape.Column(AnnotationKinds.SlotNames,
                SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, false));
        }

        if (sources.All(s => s.Annotations.TryFindColumn(AnnotationKinds.IsNormalized, out _)))
        {
            kinds.Add(new SchemaShape.Column(AnnotationKinds.IsNormalized,
                SchemaShape.Column.VectorKind.Scalar, BooleanDataViewType.Instance, false));
        }

        return new SchemaShape(kinds);
    }
}
