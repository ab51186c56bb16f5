using MLNet.MultiTask.Data;
using System.Globalization;
using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.BuiltIn;
using MLNet.MultiTask.Persistence;

namespace MLNet.MultiTask.Schema;

/// <summary>
/// The values behind a key column as texts, so that a model file can hold them, and back, whatever their type.
/// </summary>
/// <param name="ItemType">Name of the values' type, such as "Text" or "Single".</param>
/// <param name="Texts">The values in key order, culture-independent and exact.</param>
internal sealed record KeyValueTexts(string ItemType, IReadOnlyList<string> Texts)
{
    private const string KeyValues = "KeyValues";

    private static readonly Codec[] s_codecs =
    [
        new Codec<ReadOnlyMemory<char>>(TextDataViewType.Instance, "Text", v => v.ToString(), s => s.AsMemory(), null),
        new Codec<bool>(BooleanDataViewType.Instance, "Boolean", v => v ? "true" : "false", bool.Parse, n =>
            n % 2 == 1),
        Number<sbyte>(NumberDataViewType.SByte), Number<byte>(NumberDataViewType.Byte),
        Number<short>(NumberDataViewType.Int16), Number<ushort>(NumberDataViewType.UInt16),
        Number<int>(NumberDataViewType.Int32), Number<uint>(NumberDataViewType.UInt32),
        Number<long>(NumberDataViewType.Int64), Number<ulong>(NumberDataViewType.UInt64),
        Number<float>(NumberDataViewType.Single), Number<double>(NumberDataViewType.Double),
        new Codec<DateTime>(DateTimeDataViewType.Instance, "DateTime", v => v.ToString("O", Invariant),
            s => DateTime.Parse(s, Invariant, DateTimeStyles.RoundtripKind), n => new DateTime(n)),
        new Codec<DateTimeOffset>(DateTimeOffsetDataViewType.Instance, "DateTimeOffset", v =>
            v.ToString("O", Invariant),
            s => DateTimeOffset.Parse(s, Invariant, DateTimeStyles.RoundtripKind), n => new DateTimeOffset(n, default)),
        new Codec<TimeSpan>(TimeSpanDataViewType.Instance, "TimeSpan", v => v.ToString("c", Invariant), s =>
            TimeSpan.Parse(s, Invariant), n => new TimeSpan(n)),
    ];

    private static CultureInfo Invariant => CultureInfo.InvariantCulture;

    /// <summary>The key's values; where it has none, the numbers 1 … count as text.</summary>
    public static KeyValueTexts Of(DataViewSchema.Column column, int count) =>
        CodecOf(column) is { } codec ? new(codec.Name, codec.Read(column.Annotations, count)) : Numbers(count);

    /// <summary>The values in an annotation of that kind; null where there is none of a type that can be said as text.
    /// </summary>
    public static KeyValueTexts? Find(DataViewSchema.Column column, string kind) =>
        column.Annotations.Schema.GetColumnOrNull(kind) is { Type: VectorDataViewType type } && Find(type) is { } codec
            ? new(codec.Name, codec.Read(column.Annotations, type.Size, kind)) : null;

    /// <summary>Whether a key stands for values of a type that can be said as text.</summary>
    public static bool HasValues(DataViewSchema.Column column) => CodecOf(column) is not null;

    /// <summary>Adds the values as the annotation of that kind.</summary>
    public void AddTo(DataViewSchema.Annotations.Builder annotations, string kind = KeyValues) =>
        CodecOf(ItemType).Add(annotations, kind, Texts);

    /// <summary>
    /// Adds steps that turn a column of numbers 1 … K into keys with these values. A number that is none of them
    /// becomes a missing key.
    /// </summary>
    public void AddKeyMapping(BuiltInChain chain, string columnName) =>
        CodecOf(ItemType).AddKeyMapping(chain, columnName, Texts);

    /// <summary>
    /// Stands for the values of a key whose number is not known yet: of the type that they will have.
    /// </summary>
    public static KeyValueTexts Placeholder(SchemaShape.Column key)
    {
        foreach (SchemaShape.Column annotation in key.Annotations)
            if (annotation.Name == KeyValues && Find(annotation.ItemType) is { } codec)
                return new(codec.Name, codec.Placeholder());
        return Numbers(2);
    }

    /// <summary>Refuses an unknown type or a text that does not say a value of the type.</summary>
    /// <exception cref="FormatException">The item type is unknown or a text is not one of its values.</exception>
    public void ThrowIfInvalid() => CodecOf(ItemType).Check(Texts);

    private static KeyValueTexts Numbers(int count) =>
        new("Text", [.. Enumerable.Range(1, count).Select(k => k.ToString(Invariant))]);

    private static Codec? Find(DataViewType type) =>
        s_codecs.FirstOrDefault(c => c.Type.Equals((type as VectorDataViewType)?.ItemType ?? type));

    private static Codec? CodecOf(DataViewSchema.Column column) =>
        column.Annotations.Schema.GetColumnOrNull(KeyValues) is { } values ? Find(values.Type) : null;

    private static Codec CodecOf(string name) =>
        s_codecs.FirstOrDefault(c => c.Name == name)
            ?? throw new FormatException($"Type '{name}' of key values is unknown");

    private static Codec<T> Number<T>(PrimitiveDataViewType type) where T : INumber<T> =>
        new(type, typeof(T).Name, v => v.ToString(null, Invariant), s => T.Parse(s, Invariant), T.CreateSaturating);

    private abstract class Codec(PrimitiveDataViewType type, string name)
    {
        public PrimitiveDataViewType Type { get; } = type;

        public string Name { get; } = name;

        public abstract string[] Read(DataViewSchema.Annotations annotations, int count, string kind = KeyValues);

        public abstract void Add(DataViewSchema.Annotations.Builder annotations, string kind,
            IReadOnlyList<string> texts);

        public abstract void Check(IReadOnlyList<string> texts);

        public abstract string[] Placeholder();

        public abstract void AddKeyMapping(BuiltInChain chain, string columnName, IReadOnlyList<string> texts);
    }

    // numbered: values numbered from 0, to find one that no class has; null where the empty value is none.
    private sealed class Codec<T>(PrimitiveDataViewType type, string name, Func<T, string> format,
        Func<string, T> parse, Func<int, T>? numbered)
        : Codec(type, name)
    {
        public override string[] Read(DataViewSchema.Annotations annotations, int count, string kind = KeyValues)
        {
            VBuffer<T> values = default;
            annotations.GetValue(kind, ref values);
            return values.Length == count ? [.. values.DenseValues().Select(format)]
                : throw new ArgumentException($"The key has {Counted.Of(count, "value")}, its annotation names " +
                    $"{values.Length}");
        }

        public override void Add(DataViewSchema.Annotations.Builder annotations, string kind,
            IReadOnlyList<string> texts)
        {
            T[] values = [.. texts.Select(Parse)];
            annotations.Add(kind, new VectorDataViewType(Type, values.Length),
                (ref VBuffer<T> destination) => VBuffer<T>.Copy(values, 0, ref destination, values.Length));
        }

        public override void Check(IReadOnlyList<string> texts)
        {
            foreach (string text in texts)
                Parse(text);
        }

        private T Parse(string text)
        {
            try
            {
                return parse(text);
            }
            catch (OverflowException e)
            {
                throw new FormatException($"'{text}' is outside the range of {Name}", e);
            }
        }

        public override string[] Placeholder() => [format(default!), format(default!)];

        public override void AddKeyMapping(BuiltInChain chain, string columnName, IReadOnlyList<string> texts)
        {
            T[] values = [.. texts.Select(Parse)];
            var map = values.Select((v, k) => new KeyValuePair<uint, T>((uint)k + 1, v)).ToList();
            // What is no class must become a value that no class has; ML.NET would take 0, which may well be a class.
            if (numbered is not null && Enumerable.Range(0, values.Length + 1).Select(numbered).Except(values).ToArray()
                is [var none, ..])
                map.Add(new(0, none));
            chain.Add(chain.Transforms.Conversion.MapValue(columnName, map, columnName));
            chain.Add(chain.Transforms.Conversion.MapValueToKey(columnName, keyData: chain.Rows(values)));
        }
    }
}
