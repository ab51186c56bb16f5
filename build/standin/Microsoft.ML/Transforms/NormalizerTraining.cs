using System.Numerics;
using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

internal enum NormalizerKind
{
    MinMax,
    MeanVariance,
    MeanVarianceCdf,
}

internal sealed record NormalizerOptions(NormalizerKind Kind, bool FixZero);

/// <summary>Collects what a normaliser needs to know of a column and makes its function.</summary>
internal abstract class NormalizerTraining
{
    public static NormalizerTraining Create(DataViewRow row, DataViewSchema.Column source)
        => (NormalizerTraining)Generic.Create(
            typeof(NormalizerTraining<>), [source.Type.ItemType().RawType], row, source);

    public abstract void AddRow();

    public abstract NormalizerFunction Finish(NormalizerOptions options);
}

internal sealed class NormalizerTraining<T> : NormalizerTraining
    where T : struct, IFloatingPointIeee754<T>
{
    private readonly SlotStatistics<T>[] _slots;
    private readonly Action<SlotStatistics<T>[]> _addRow;
    private long _rows;

    public NormalizerTraining(DataViewRow row, DataViewSchema.Column source)
    {
        int size = (source.Type as VectorDataViewType)?.Size ?? 1;
        _slots = Enumerable.Range(0, size).Select(_ => new SlotStatistics<T>()).ToArray();
        _addRow = source.Type is VectorDataViewType
            ? VectorReader(row.GetGetter<VBuffer<T>>(source))
            : ScalarReader(row.GetGetter<T>(source));
    }

    public override void AddRow()
    {
        _addRow(_slots);
        _rows++;
    }

    public override NormalizerFunction Finish(NormalizerOptions options)
    {
        foreach (SlotStatistics<T> slot in _slots)
            slot.AddMissingZeros(_rows);
        return options.Kind == NormalizerKind.MeanVarianceCdf
            ? new CdfFunction<T>(
                _slots.Select(s => s.HasSpread ? T.CreateTruncating(s.Mean) : T.Zero).ToArray(),
                _slots.Select(s => s.HasSpread ? T.CreateTruncating(Math.Sqrt(s.Variance)) : T.Zero).ToArray())
            : Affine(options);
    }

    private static Action<SlotStatistics<T>[]> ScalarReader(ValueGetter<T> getter)
    {
        T value = default;
        return slots =>
        {
            getter(ref value);
            slots[0].Add(value);
        };
    }

    private static Action<SlotStatistics<T>[]> VectorReader(ValueGetter<VBuffer<T>> getter)
    {
        VBuffer<T> value = default;
        return slots =>
        {
            getter(ref value);
            if (value.Length != slots.Length)
            {
                throw new InvalidOperationException(
                    $"Normalizer expected {slots.Length} slots but got {value.Length}");
            }

            foreach ((int slot, T item) in value.Items())
                slots[slot].Add(item);
        };
    }

    private AffineFunction<T> Affine(NormalizerOptions options)
    {
        (T Scale, T Offset)[] slots = _slots
            .Select(s => options.Kind == NormalizerKind.MinMax
                ? s.MinMax(options.FixZero)
                : s.MeanVariance(options.FixZero))
            .ToArray();
        return new AffineFunction<T>(slots.Select(s => s.Scale).ToArray(), slots.Select(s => s.Offset).ToArray());
    }
}
