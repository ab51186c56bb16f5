using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Schema;

/// <summary>Names of a vector column's slots.</summary>
internal static class SlotNames
{
    public const string Kind = "SlotNames";

    /// <summary>The names; null where the column has none. A single name may be empty.</summary>
    public static string[]? Of(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull(Kind)
            is not { Type: VectorDataViewType { ItemType: TextDataViewType } })
            return null;
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.Annotations.GetValue(Kind, ref names);
        return [.. names.DenseValues().Select(n => n.ToString())];
    }

    /// <summary>Adds names to a column's annotations.</summary>
    public static void Add(DataViewSchema.Annotations.Builder annotations, IEnumerable<string> names)
    {
        ReadOnlyMemory<char>[] values = [.. names.Select(n => n.AsMemory())];
        annotations.Add(Kind, new VectorDataViewType(TextDataViewType.Instance, values.Length),
            (ref VBuffer<ReadOnlyMemory<char>> destination) =>
                VBuffer<ReadOnlyMemory<char>>.Copy(values, 0, ref destination, values.Length));
    }
}
