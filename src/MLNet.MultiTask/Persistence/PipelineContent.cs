using System.Text.Json.Serialization;
using MLNet.MultiTask.Schema;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Persistence;

/// <summary>
/// The description of a saved chain: its stages in order, each a section, the schema that it maps from, and,
/// where the command trained it, how the rows of the file were split.
/// </summary>
internal sealed record PipelineContent(StageContent[] Stages, ColumnContent[] InputSchema,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SplitContent? Split = null);

/// <summary>One stage: the kind of one of our transformers, or "MicrosoftML" for a run of ML.NET's own.</summary>
internal sealed record StageContent(string Kind, int Length)
{
    public const string MicrosoftML = "MicrosoftML";
}

/// <summary>
/// One visible column of the input schema: enough to make a view for a loaded chain, without annotations but slot names
/// and key values.
/// </summary>
internal sealed record ColumnContent(string Name, string ItemType, ulong? KeyCount, int[]? Dimensions,
    string[]? SlotNames, string? KeyType, string[]? KeyValues)
{
    public static ColumnContent Of(DataViewSchema.Column column)
    {
        DataViewType item = (column.Type as VectorDataViewType)?.ItemType ?? column.Type;
        var key = item as KeyDataViewType;
        KeyValueTexts? values = key is not null && key.Count <= 1 << 16
            && column.Annotations.Schema.GetColumnOrNull("KeyValues") is not null
            ? KeyValueTexts.Of(column, (int)key.Count) : null;
        return new(column.Name, ColumnTypes.NameOf(item), key?.Count, column.Type is VectorDataViewType vector
            ? [.. vector.Dimensions] : null,
            Schema.SlotNames.Of(column), values?.ItemType, values is null ? null : [.. values.Texts]);
    }

    /// <exception cref="FormatException">The type is unknown or sizes do not fit.</exception>
    public DataViewSchema.DetachedColumn ToColumn()
    {
        PrimitiveDataViewType item = ColumnTypes.Of(ItemType, KeyCount);
        DataViewType type = Dimensions is null ? item : new VectorDataViewType(item, Dimensions);
        var annotations = new DataViewSchema.Annotations.Builder();
        if (SlotNames is not null)
            Schema.SlotNames.Add(annotations, SlotNames);
        if (KeyType is not null && KeyValues is not null)
            new KeyValueTexts(KeyType, KeyValues).AddTo(annotations);
        return new(Name, type, annotations.ToAnnotations());
    }
}
