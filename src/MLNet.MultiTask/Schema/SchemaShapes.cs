using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.BuiltIn;

namespace MLNet.MultiTask.Schema;

/// <summary>
/// Everything that ML.NET lets only its friends do with a <see cref="SchemaShape"/>, done through its public door:
/// the columns of a shape come from an empty custom mapping, the shape of a view from an estimator that only listens.
/// </summary>
internal static class SchemaShapes
{
    private static readonly MethodInfo s_addAnnotation = typeof(SchemaShapes)
        .GetMethod(nameof(AddAnnotation), BindingFlags.NonPublic | BindingFlags.Static)!;
    private static readonly Lazy<bool> s_selfTest = new(SelfTest);

    /// <summary>The shape of a view's schema.</summary>
    public static SchemaShape Of(IDataView view)
    {
        var listener = new Listener();
        new EstimatorChain<ITransformer>().Append(listener).Fit(view);
        return listener.Shape ?? throw Broken("an estimator chain no longer asks its estimators for their output " +
            "schema");
    }

    /// <summary>A shape with further columns; a column of the same name is replaced.</summary>
    public static SchemaShape Add(MLContext context, SchemaShape input,
        IEnumerable<DataViewSchema.DetachedColumn> columns)
    {
        _ = s_selfTest.Value;
        var all = input.ToList();
        foreach (DataViewSchema.DetachedColumn column in columns)
        {
            all.RemoveAll(c => c.Name == column.Name);
            all.Add(Column(context, column));
        }
        return new SchemaShape(all);
    }

    /// <summary>One column of a shape; of the annotations only kinds and types count.</summary>
    private static SchemaShape.Column Column(MLContext context, DataViewSchema.DetachedColumn column) =>
        column.Type.RawType switch
    {
        var t when t == typeof(float) => Column<float>(context, column),
        var t when t == typeof(bool) => Column<bool>(context, column),
        var t when t == typeof(uint) => Column<uint>(context, column),
        var t when t == typeof(VBuffer<float>) => Column<VBuffer<float>>(context, column),
        var t when t == typeof(VBuffer<bool>) => Column<VBuffer<bool>>(context, column),
        var t when t == typeof(VBuffer<uint>) => Column<VBuffer<uint>>(context, column),
        var t => throw new ArgumentException($"No output column is of type {t}", nameof(column)),
    };

    private static SchemaShape.Column Column<T>(MLContext context, DataViewSchema.DetachedColumn column)
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(Member<T>), SchemaDefinition.Direction.Write);
        SchemaDefinition.Column member = definition[0];
        member.ColumnName = column.Name;
        member.ColumnType = column.Type;
        foreach (DataViewSchema.Column annotation in column.Annotations.Schema)
            s_addAnnotation.MakeGenericMethod(annotation.Type.RawType)
                .Invoke(null, [member, annotation.Name, annotation.Type]);
        return context.Transforms.CustomMapping<NoColumns, Member<T>>((_, _) => { }, null, null, definition)
            .GetOutputSchema(new SchemaShape([])).Single();
    }

    private static void AddAnnotation<T>(SchemaDefinition.Column column, string kind, DataViewType type)
        where T : struct =>
        column.AddAnnotation(kind, default(T), type);

    private static bool SelfTest()
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.AddPrimitiveValue("Kind", TextDataViewType.Instance, "".AsMemory());
        SchemaShape.Column column = Column(new MLContext(0),
            new("Test", new VectorDataViewType(NumberDataViewType.Single, 2), annotations.ToAnnotations()));
        SchemaShape.Column key = Column(new MLContext(0), new("Test", new KeyDataViewType(typeof(uint), 2)));
        return column.Name == "Test" && column.Kind == SchemaShape.Column.VectorKind.Vector
            && column.ItemType == NumberDataViewType.Single
            && column.Annotations.Count == 1
                && key.IsKey ? true : throw Broken("a custom mapping no longer describes its output columns");
    }

    private static InvalidOperationException Broken(string reason) =>
        new($"This version of MLNet.MultiTask does not fit the version of Microsoft.ML in use: {reason}.");

    private sealed class NoColumns;

    private sealed class Member<T>
    {
        public T Value { get; set; } = default!;
    }

    private sealed class Listener : IEstimator<ITransformer>
    {
        public SchemaShape? Shape { get; private set; }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => Shape = inputSchema;

        public ITransformer Fit(IDataView input) => new TransformerChain<ITransformer>();
    }
}
