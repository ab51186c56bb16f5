namespace Microsoft.ML.Data;

/// <summary>The value of one column in the line that was read last.</summary>
internal abstract class TextCell
{
    public static TextCell Create(DataViewSchema.Column column, int[] fields, TextLoader.Options options)
    {
        DataViewType item = column.Type.ItemType();
        object parser = Generic.Create(typeof(FieldParser<>), [item.RawType], options, item);
        return (TextCell)Generic.Create(
            column.Type is VectorDataViewType ? typeof(TextVectorCell<>) : typeof(TextScalarCell<>),
            [item.RawType],
            column.Name, fields, parser);
    }

    public abstract void Read(List<string> fields, int line);

    public abstract Delegate CreateGetter(Action checkOnRow);

    /// <summary>A field that the line is too short for is empty.</summary>
    protected static string Field(List<string> fields, int index) => index < fields.Count ? fields[index] : "";

    protected static FormatException Unparsable(string reason) => new($"Parsing failed with an exception: {reason}");
}

internal sealed class TextScalarCell<T>(string name, int[] source, FieldParser<T> parser) : TextCell
{
    private T _value;

    public override void Read(List<string> fields, int line)
    {
        string field = Field(fields, source[0]);
        if (!parser.TryParse(field, out _value))
            throw Unparsable($"Could not parse value {field} in line {line}, column {name}");
    }

    public override Delegate CreateGetter(Action checkOnRow) => (ValueGetter<T>)((ref T value) =>
    {
        checkOnRow();
        value = _value;
    });
}

internal sealed class TextVectorCell<T>(string name, int[] source, FieldParser<T> parser) : TextCell
{
    private readonly T[] _values = new T[source.Length];

    public override void Read(List<string> fields, int line)
    {
        for (int slot = 0; slot < source.Length; slot++)
        {
            string field = Field(fields, source[slot]);
            if (!parser.TryParse(field, out _values[slot]))
                throw Unparsable($"Could not parse value {field} in slot {slot} of column {name} in line {line}");
        }
    }

    public override Delegate CreateGetter(Action checkOnRow) => (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) =>
    {
        checkOnRow();
        VBuffer<T>.Copy(_values, 0, ref value, _values.Length);
    });
}
