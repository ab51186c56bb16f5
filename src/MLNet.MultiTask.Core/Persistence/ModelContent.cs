using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLNet.MultiTask.Persistence;

/// <summary>The description of a model in a container's header.</summary>
internal sealed record ModelContent(int FeatureCount, TaskContent[] Tasks, string Grouping, GroupModelContent[] Models,
    int EncoderLength,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SplitContent? Split = null)
{
    // The serializer refuses a null property, but not a null in an array.
    public void ThrowIfNull()
    {
        if (Array.IndexOf(Tasks, null) >= 0 || Array.IndexOf(Models, null) >= 0
            || Tasks.Any(t => Array.IndexOf(t.Classes, null) >= 0))
            throw new ArgumentException("A task, class or model is null");
    }
}

/// <summary>The same in files of version 1 and 2, which knew shared-bottom networks only.</summary>
internal sealed record NetworksContent(int FeatureCount, TaskContent[] Tasks, string Grouping,
    NetworkContent[] Networks, int EncoderLength, SplitContent? Split = null)
{
    public ModelContent ToCurrent() => new(FeatureCount, Tasks, Grouping, [.. Networks.Select(n =>
        new GroupModelContent("shared-bottom", JsonSerializer.SerializeToElement(
            n ?? throw new ArgumentException("A network is null"), ModelJson.Default.NetworkContent)))],
        EncoderLength, Split);
}

/// <summary>How the rows of the training file were split.</summary>
internal sealed record SplitContent(ulong Seed, int? MaxRows, int FileRows,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ulong? RowsHash = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ulong? UnorderedRowsHash = null)
{
    public static SplitContent? Of(SavedSplit? split) => split is null ? null
        : new(split.Seed, split.MaxRows, split.FileRows, split.RowsHash, split.UnorderedRowsHash);

    public SavedSplit ToSplit() => new(Seed, MaxRows, FileRows, RowsHash, UnorderedRowsHash);
}

/// <summary>One task; classes are empty unless it is multi-class, the offset is absent where it is 0.</summary>
internal sealed record TaskContent(string Name, string Kind, string[] Classes, float Weight,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Offset = null)
{
    public static TaskContent Of(TaskInfo task) =>
        new(Text(task.Name), task.Kind.ToString(), [.. task.ClassNames.Select(Text)], task.Weight,
            task.Offset == 0 ? null : task.Offset);

    public TaskInfo ToTask() => new(Name, Kind switch
    {
        nameof(TaskKind.Binary) => TaskKind.Binary,
        nameof(TaskKind.Multiclass) => TaskKind.Multiclass,
        nameof(TaskKind.Regression) => TaskKind.Regression,
        _ => throw new ArgumentException($"Task kind '{Kind}' is unknown"),
    }, Classes.Length == 0 ? null : Classes, Weight)
    {
        Offset = Offset is null || double.IsFinite(Offset.Value) ? Offset ?? 0
            : throw new ArgumentException($"The offset of task '{Name}' is {Offset}"),
    };

    // JSON replaces half a surrogate pair by U+FFFD; a name must come back as it was.
    private static string Text(string text)
    {
        for (int i = 0; i < text.Length; i++)
            if (char.IsSurrogate(text[i]) && (++i >= text.Length || !char.IsSurrogatePair(text[i - 1], text[i])))
                throw new ArgumentException($"The name '{text}' is not valid Unicode text and cannot be saved");
        return text;
    }
}

/// <summary>
/// What a <see cref="FeatureEncoder"/> learned, in a section of its own since categories may be many.
/// </summary>
internal sealed record EncoderContent(EncodedColumnContent[] Columns)
{
    public static EncoderContent Of(FeatureEncoder encoder) => new([.. encoder.Columns.Select(c =>
        new EncodedColumnContent(c.Name, c.Categories is null ? null : [.. c.Categories], c.Median, c.Mean, c.Scale,
            c.HasIndicator ? true : null))]);

    public FeatureEncoder ToEncoder()
    {
        if (Array.IndexOf(Columns, null) >= 0
            || Columns.Any(c => c.Categories is { } all && Array.IndexOf(all, null) >= 0))
            throw new ArgumentException("A column or category of the encoder is null");
        return new([.. Columns.Select(c => new EncodedColumn
        {
            Name = c.Name,
            Categories = c.Categories,
            Median = c.Median,
            Mean = c.Mean,
            Scale = c.Scale,
            HasIndicator = c.HasIndicator ?? false,
        })]);
    }
}

/// <summary>One raw column; categories are null for a numeric one, the indicator where there is none.</summary>
internal sealed record EncodedColumnContent(string Name, string[]? Categories, double Median, double Mean,
    double Scale, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? HasIndicator = null);

/// <summary>The same strict rules as the header's.</summary>
[JsonSourceGenerationOptions(MaxDepth = Container.MaxDepth, AllowTrailingCommas = false,
    ReadCommentHandling = JsonCommentHandling.Disallow,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ModelContent))]
[JsonSerializable(typeof(NetworksContent))]
[JsonSerializable(typeof(NetworkContent))]
[JsonSerializable(typeof(TrivialContent))]
[JsonSerializable(typeof(ForestContent))]
[JsonSerializable(typeof(TabularContent))]
[JsonSerializable(typeof(TaskTreeContent))]
[JsonSerializable(typeof(LinearContent))]
[JsonSerializable(typeof(EnsembleContent))]
[JsonSerializable(typeof(EncoderContent))]
[JsonSerializable(typeof(CalibratedContent))]
internal sealed partial class ModelJson : JsonSerializerContext;
