using System.Numerics;
using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>The fitted function of one column, slot by slot.</summary>
internal abstract class NormalizerFunction
{
    public abstract Delegate CreateGetter(DataViewRow row, DataViewSchema.Column source);

    public abstract void Save(BinaryWriter writer);

    public static NormalizerFunction Load(BinaryReader reader)
    {
        bool isDouble = reader.ReadBoolean();
        return isDouble ? Load<double>(reader) : Load<float>(reader);
    }

    private static NormalizerFunction Load<T>(BinaryReader reader)
        where T : struct, IFloatingPointIeee754<T>
    {
        bool isCdf = reader.ReadBoolean();
        T[] first = reader.ReadBuffer<T>().DenseValues().ToArray();
        T[] second = reader.ReadBuffer<T>().DenseValues().ToArray();
        return isCdf ? new CdfFunction<T>(first, second) : new AffineFunction<T>(first, second);
    }
}

internal abstract class NormalizerFunction<T>(T[] first, T[] second) : NormalizerFunction
    where T : struct, IFloatingPointIeee754<T>
{
    protected abstract bool IsCdf { get; }

    public override Delegate CreateGetter(DataViewRow row, DataViewSchema.Column source)
        => source.Type is VectorDataViewType
            ? CreateVectorGetter(row.GetGetter<VBuffer<T>>(source))
            : CreateScalarGetter(row.GetGetter<T>(source));

    public override void Save(BinaryWriter writer)
    {
        writer.Write(typeof(T) == typeof(double));
        writer.Write(IsCdf);
        writer.WriteBuffer(new VBuffer<T>(first.Length, first));
        writer.WriteBuffer(new VBuffer<T>(second.Length, second));
    }

    protected abstract T Map(T value, T first, T second);

    private ValueGetter<T> CreateScalarGetter(ValueGetter<T> getter) => (ref T destination) =>
    {
        T value = default;
        getter(ref value);
        destination = Map(value, first[0], second[0]);
    };

    private ValueGetter<VBuffer<T>> CreateVectorGetter(ValueGetter<VBuffer<T>> getter)
    {
        bool keepsZero = Enumerable.Range(0, first.Length).All(i => Map(T.Zero, first[i], second[i]) == T.Zero);
        VBuffer<T> value = default;
        return (ref VBuffer<T> destination) =>
        {
            getter(ref value);
            if (value.Length != first.Length)
            {
                throw new InvalidOperationException(
                    $"Normalizer expected {first.Length} slots, but the input data column has {value.Length} slots.");
            }

            if (keepsZero)
                value.CopyTo(ref destination);
            else
                value.CopyToDense(ref destination);
            MapInPlace(ref destination);
        };
    }

    private void MapInPlace(ref VBuffer<T> buffer)
    {
        VBufferEditor<T> editor = VBufferEditor.CreateFromBuffer(ref buffer);
        for (int i = 0; i < editor.Values.Length; i++)
        {
            int slot = buffer.IsDense ? i : editor.Indices[i];
            editor.Values[i] = Map(editor.Values[i], first[slot], second[slot]);
        }

        buffer = editor.Commit();
    }
}

/// <summary>(x - offset) * scale.</summary>
internal sealed class AffineFunction<T>(T[] scale, T[] offset) : NormalizerFunction<T>(scale, offset)
    where T : struct, IFloatingPointIeee754<T>
{
    protected override bool IsCdf => false;

    protected override T Map(T value, T first, T second) => (value - second) * first;
}

/// <summary>
/// The normal distribution function by the elementary approximation that Microsoft.ML uses (a = 0.147).
/// </summary>
internal sealed class CdfFunction<T>(T[] mean, T[] deviation) : NormalizerFunction<T>(mean, deviation)
    where T : struct, IFloatingPointIeee754<T>
{
    private const double A = 0.147;

    protected override bool IsCdf => true;

    protected override T Map(T value, T first, T second)
    {
        if (second == T.Zero || !T.IsFinite(value))
            return T.Zero;
        double x = double.CreateTruncating((value - first) / second);
        double half = x * x / 2;
        double inner = 1 - Math.Exp(-half * ((4 / Math.PI) + (A * half)) / (1 + (A * half)));
        return T.CreateTruncating(0.5 + (0.5 * Math.Sign(x) * Math.Sqrt(inner)));
    }
}
