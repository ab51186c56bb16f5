namespace Microsoft.ML.Data;

/// <summary>
/// The columns of a text loader with their fields, resolved once against the first lines of a sample.
/// </summary>
internal sealed class TextLayout
{
    private readonly int[][] _fields;

    public TextLayout(TextLoader.Options options, IMultiStreamSource sample)
    {
        Options = options;
        TextLoader.Column[] columns = options.Columns ?? [];
        if (columns.Length == 0)
            throw new NotSupportedException("The stand-in of Microsoft.ML needs the columns of a text file.");
        string[] first = FirstLine(sample);
        _fields = columns.Select(c => Fields(c, first)).ToArray();
        Schema = CreateSchema(columns, options.HasHeader ? first : null);
    }

    public TextLoader.Options Options { get; }

    public DataViewSchema Schema { get; }

    public int[] FieldsOf(int column) => _fields[column];

    /// <summary>The header, or the first line of data; null without a sample.</summary>
    private string[] FirstLine(IMultiStreamSource sample)
    {
        if (sample == null || sample.Count == 0)
            return null;
        using TextReader reader = sample.OpenTextReader(0);
        return reader.ReadLine() is { } line ? new FieldSplitter(Options).Split(line).ToArray() : null;
    }

    private static int[] Fields(TextLoader.Column column, string[] first)
    {
        if (column.Source is not { Length: > 0 })
            throw new ArgumentOutOfRangeException("source", $"Column '{column.Name}' has no source fields.");
        return column.Source.SelectMany(range =>
        {
            int max = range.Max ?? (first != null ? first.Length - 1 : throw new InvalidOperationException(
                $"The last field of column '{column.Name}' is not known without a data sample."));
            return Enumerable.Range(range.Min, max - range.Min + 1);
        }).ToArray();
    }

    private DataViewSchema CreateSchema(TextLoader.Column[] columns, string[] header)
    {
        DataViewSchema.Builder builder = new();
        for (int i = 0; i < columns.Length; i++)
        {
            PrimitiveDataViewType item = ItemType(columns[i]);
            bool isVector = _fields[i].Length > 1 || columns[i].Source[0].ForceVector;
            builder.AddColumn(
                columns[i].Name,
                isVector ? new VectorDataViewType(item, _fields[i].Length) : item,
                isVector && header != null ? SlotNames(_fields[i], header) : null);
        }

        return builder.ToSchema();
    }

    private static PrimitiveDataViewType ItemType(TextLoader.Column column)
    {
        PrimitiveDataViewType type = PrimitiveTypes.Of(column.DataKind);
        if (column.KeyCount == null)
            return type;
        ulong max = type.RawType == typeof(byte) ? byte.MaxValue
            : type.RawType == typeof(ushort) ? ushort.MaxValue
            : type.RawType == typeof(uint) ? uint.MaxValue
            : ulong.MaxValue;
        return new KeyDataViewType(type.RawType, column.KeyCount.Count ?? max);
    }

    private static DataViewSchema.Annotations SlotNames(int[] fields, string[] header)
    {
        DataViewSchema.Annotations.Builder builder = new();
        VectorDataViewType type = new(TextDataViewType.Instance, fields.Length);
        string[] names = fields.Select(f => f < header.Length ? header[f] : "").ToArray();
        builder.Add(AnnotationKinds.SlotNames, type, AnnotationGetters.Of(names, type));
        return builder.ToAnnotations();
    }
}
