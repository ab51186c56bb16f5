using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Schema;

/// <summary>
/// Which slots of a vector together say one category, as ML.NET's one-hot encoding says it: the first and the last slot
/// of every category.
/// </summary>
internal static class CategoryRanges
{
    public const string Kind = "CategoricalSlotRanges";

    /// <summary>The ranges in order; none where the column says nothing of them, or what cannot be.</summary>
    public static CategorySlots[] Of(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull(Kind)
            is not { Type: VectorDataViewType { ItemType: NumberDataViewType { RawType: var raw } } }
            || raw != typeof(int))
            return [];
        VBuffer<int> ranges = default;
        column.Annotations.GetValue(Kind, ref ranges);
        int[] ends = [.. ranges.DenseValues()];
        CategorySlots[] slots = [.. ends.Chunk(2).Where(pair => pair.Length == 2 && pair[0] >= 0 && pair[1] >= pair[0])
            .Select(pair => new CategorySlots(pair[0], pair[1] - pair[0] + 1)).OrderBy(s => s.First)];
        return slots.Zip(slots.Skip(1)).All(p => p.First.First + p.First.Count <= p.Second.First) ? slots : [];
    }

    /// <summary>Adds ranges to a column's annotations; nothing where there are none.</summary>
    public static void Add(DataViewSchema.Annotations.Builder annotations, IReadOnlyList<CategorySlots> slots)
    {
        if (slots.Count == 0)
            return;
        int[] ends = [.. slots.SelectMany(s => new[] { s.First, s.First + s.Count - 1 })];
        annotations.Add(Kind, new VectorDataViewType(NumberDataViewType.Int32, slots.Count, 2),
            (ref VBuffer<int> destination) => VBuffer<int>.Copy(ends, 0, ref destination, ends.Length));
    }
}
