using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Mapping;
using MLNet.MultiTask.Schema;

namespace MLNet.MultiTask.Featurization;

/// <summary>An encoder bound to an input schema: adds the column of features.</summary>
internal sealed class FeaturizeMapping : RowMapping
{
    private FeaturizeMapping(DataViewSchema input, FeaturizeTransformer transformer, DataViewSchema.Column[] columns)
        : base(input, [ColumnOf(transformer.OutputColumnName, transformer.SlotNames,
            transformer.Encoder.CategorySlots)]) =>
        (Transformer, Columns) = (transformer, columns);

    public FeaturizeTransformer Transformer { get; }

    /// <summary>The raw columns, in the encoder's order.</summary>
    public IReadOnlyList<DataViewSchema.Column> Columns { get; }

    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of a wrong type.</exception>
    public static FeaturizeMapping Bind(DataViewSchema input, FeaturizeTransformer transformer)
    {
        SchemaErrors.ThrowIfAnyIsMissing(transformer.Encoder.Columns.Select(c => ("feature", c.Name)),
            name => input.GetColumnOrNull(name) is not null);
        var columns = new DataViewSchema.Column[transformer.Encoder.Columns.Count];
        for (int c = 0; c < columns.Length; c++)
        {
            EncodedColumn encoded = transformer.Encoder.Columns[c];
            columns[c] = input.Find("feature", encoded.Name);
            CellForm? form = RawCells.FormOf(columns[c].Type);
            if (form is null || (form == CellForm.Key && encoded.Categories is null))
                throw SchemaErrors.Mismatch("feature", encoded.Name, encoded.Categories is null
                    ? "a number, Boolean or Text, scalar" : "Text, a key, a number or Boolean, scalar",
                    $"{columns[c].Type}");
        }
        return new FeaturizeMapping(input, transformer, columns);
    }

    /// <summary>The column of features.</summary>
    public static DataViewSchema.DetachedColumn ColumnOf(string name, IReadOnlyList<string> slotNames,
        IReadOnlyList<CategorySlots> categories)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        SlotNames.Add(annotations, slotNames);
        CategoryRanges.Add(annotations, categories);
        annotations.AddPrimitiveValue("IsNormalized", BooleanDataViewType.Instance, true);
        return new(name, new VectorDataViewType(NumberDataViewType.Single, slotNames.Count),
            annotations.ToAnnotations());
    }

    /// <summary>A name per feature: the column's, <c>City=Paris</c> of a category, <c>Age=?</c> of an
    /// indicator.</summary>
    public static string[] SlotNamesOf(FeatureEncoder encoder) => [.. encoder.Columns.SelectMany(c =>
        c.Categories is { } categories ? categories.Select(v => $"{c.Name}={v}")
            : c.HasIndicator ? [c.Name, $"{c.Name}=?"] : (string[])[c.Name])];

    public override IEnumerable<DataViewSchema.Column> InputsOf(int added) => Columns;

    public override AddedValues Open(DataViewRow row, IReadOnlyList<bool> active) => new FeaturizedRow(row, this);
}
