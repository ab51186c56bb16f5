namespace Microsoft.ML.Data;

/// <summary>Reads columns from delimited text, line by line, each time a cursor is opened.</summary>
public sealed partial class TextLoader : IDataLoader<IMultiStreamSource>
{
    private readonly TextLayout _layout;

    internal TextLoader(Options options, IMultiStreamSource dataSample)
        => _layout = new TextLayout(options, dataSample);

    public DataViewSchema GetOutputSchema() => _layout.Schema;

    public IDataView Load(IMultiStreamSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new TextView(_layout, source);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
        => throw new NotSupportedException("The stand-in of Microsoft.ML does not save loaders.");

    public class Options
    {
        public bool AllowQuoting;
        public Column[] Columns;
        public char DecimalMarker = '.';
        public bool HasHeader;
        public long? MaxRows;
        public bool MissingRealsAsNaNs;
        public char[] Separators = ['\t'];
        public bool TrimWhitespace;

        public Options()
        {
        }
    }

    public sealed class Column
    {
        public string Name;
        public Range[] Source;
        public KeyCount KeyCount;

        public Column()
        {
        }

        public Column(string name, DataKind dataKind, int index)
            : this(name, dataKind, [new Range(index)])
        {
        }

        public Column(string name, DataKind dataKind, int minIndex, int maxIndex)
            : this(name, dataKind, [new Range(minIndex, maxIndex)])
        {
        }

        public Column(string name, DataKind dataKind, Range[] source, KeyCount keyCount = null)
        {
            ArgumentNullException.ThrowIfNull(name);
            ArgumentNullException.ThrowIfNull(source);
            Name = name;
            DataKind = dataKind;
            Source = source;
            KeyCount = keyCount;
        }

        public DataKind DataKind { get; set; } = DataKind.Single;
    }

    public sealed class Range
    {
        public int Min;

        /// <summary>The last field of the range; null for the last field of the line.</summary>
        public int? Max;

        public bool ForceVector;

        public Range()
        {
        }

        public Range(int index)
            : this(index, index)
        {
        }

        public Range(int min, int? max)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(min);
            if (max < min)
                throw new ArgumentOutOfRangeException(
                    nameof(max), "If specified, must be greater than or equal to " + nameof(min));
            Min = min;
            Max = max;
            ForceVector = max != min;
        }
    }
}

public sealed class KeyCount
{
    public ulong? Count;

    public KeyCount()
    {
    }

    public KeyCount(ulong count) => Count = count;
}
