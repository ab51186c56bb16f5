using MLNet.MultiTask.Schema;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// The column in which an affinity travels: <c>Vector&lt;Single, T, T&gt;</c>, rows = targets, the same in every row,
/// slot names
/// <c>target&lt;-source</c>; the method's name is its annotation <see cref="MethodKind"/>, and <see cref="SignedKind"/>
/// says whether its zero means anything.
/// </summary>
internal static class AffinityColumn
{
    public const string MethodKind = "TaskAffinityMethod", SignedKind = "TaskAffinityIsSigned";
    private const string Arrow = "<-";

    /// <summary>The column for T tasks.</summary>
    public static DataViewSchema.DetachedColumn Describe(string name, IReadOnlyList<string> tasks, string method,
        bool isSigned = false)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        SlotNames.Add(annotations, tasks.SelectMany(target => tasks.Select(source => target + Arrow + source)));
        annotations.AddPrimitiveValue(MethodKind, TextDataViewType.Instance, method.AsMemory());
        annotations.AddPrimitiveValue(SignedKind, BooleanDataViewType.Instance, isSigned);
        return new(name, new VectorDataViewType(NumberDataViewType.Single, tasks.Count, tasks.Count),
            annotations.ToAnnotations());
    }

    /// <exception cref="ArgumentOutOfRangeException">
    /// The column is missing or of a wrong type (ML.NET's sentences).
    /// </exception>
    public static void Check(SchemaShape schema, string name)
    {
        SchemaShape.Column column = schema.Find("affinity", name);
        if (column.Kind != SchemaShape.Column.VectorKind.Vector || column.ItemType != NumberDataViewType.Single
            || column.IsKey)
            throw SchemaErrors.Mismatch("affinity", name, "Vector<Single>", column.TypeText());
    }

    /// <summary>The tasks of a view's affinity column, from the slot names of its diagonal.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The vector is not square or its slots have no names.</exception>
    public static string[] TasksOf(DataViewSchema.Column column)
    {
        var type = (VectorDataViewType)column.Type;
        int count = (int)Math.Round(Math.Sqrt(type.Size));
        if (count * count != type.Size || SlotNames.Of(column) is not { } slots)
            throw SchemaErrors.Mismatch("affinity", column.Name, "a square Vector<Single, T, T> with slot names",
                $"{type}");
        // The diagonal slot of task x is "x<-x", whatever x contains.
        return [.. Enumerable.Range(0, count).Select(t => slots[t * (count + 1)])
            .Select(slot => slot[..((slot.Length - Arrow.Length) / 2)])];
    }

    /// <summary>The affinity in the first row of a view.</summary>
    /// <exception cref="ArgumentException">The view has no rows.</exception>
    public static TaskAffinity Read(IDataView data, string name)
    {
        DataViewSchema.Column column = data.Schema.Find("affinity", name);
        string[] tasks = TasksOf(column);
        using DataViewRowCursor cursor = data.GetRowCursor([column]);
        ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(column);
        if (!cursor.MoveNext())
            throw new ArgumentException($"The data has no rows, so column '{name}' says no affinity", nameof(data));
        VBuffer<float> values = default;
        getter(ref values);
        return new TaskAffinity(tasks, [.. values.DenseValues().Select(v => (double)v)], MethodOf(column))
        {
            IsSigned = IsSigned(column),
        };
    }

    private static bool IsSigned(DataViewSchema.Column column)
    {
        bool signed = false;
        if (column.Annotations.Schema.GetColumnOrNull(SignedKind) is not null)
            column.Annotations.GetValue(SignedKind, ref signed);
        return signed;
    }

    private static string MethodOf(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull(MethodKind) is null)
            return column.Name;
        ReadOnlyMemory<char> method = default;
        column.Annotations.GetValue(MethodKind, ref method);
        return method.ToString();
    }
}
