using System.Numerics;
using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>What stands for a missing value: one number, or one per slot where the number of slots is known.</summary>
internal static class MissingValues
{
    public static double[] Of(
        IDataView data,
        DataViewSchema.Column source,
        MissingValueReplacingEstimator.ReplacementMode mode,
        bool bySlot)
    {
        if (mode == MissingValueReplacingEstimator.ReplacementMode.DefaultValue)
            return [0];
        int size = source.Type is VectorDataViewType { IsKnownSize: true } vector && bySlot ? vector.Size : 1;
        List<double>[] present = Enumerable.Range(0, size).Select(_ => new List<double>()).ToArray();
        Generic.Call(typeof(MissingValues), nameof(Collect), [source.Type.ItemType().RawType], data, source, present);
        return present.Select(values => Statistic(values, mode)).ToArray();
    }

    private static object Collect<T>(IDataView data, DataViewSchema.Column source, List<double>[] present)
        where T : struct, IFloatingPointIeee754<T>
    {
        using DataViewRowCursor cursor = data.GetRowCursor([source]);
        if (source.Type is not VectorDataViewType)
        {
            ValueGetter<T> scalar = cursor.GetGetter<T>(source);
            T value = default;
            while (cursor.MoveNext())
            {
                scalar(ref value);
                Add(present[0], value);
            }

            return null;
        }

        ValueGetter<VBuffer<T>> getter = cursor.GetGetter<VBuffer<T>>(source);
        VBuffer<T> vector = default;
        while (cursor.MoveNext())
        {
            getter(ref vector);
            foreach ((int slot, T item) in vector.Items(all: true))
                Add(present[present.Length == 1 ? 0 : slot], item);
        }

        return null;
    }

    private static void Add<T>(List<double> values, T value)
        where T : struct, IFloatingPointIeee754<T>
    {
        if (!T.IsNaN(value))
            values.Add(double.CreateTruncating(value));
    }

    /// <summary>Of the finite values for the mean; 0 when there are none.</summary>
    private static double Statistic(List<double> values, MissingValueReplacingEstimator.ReplacementMode mode)
        => mode switch
    {
        MissingValueReplacingEstimator.ReplacementMode.Mean
            => values.Where(double.IsFinite).DefaultIfEmpty(0).Average(),
        MissingValueReplacingEstimator.ReplacementMode.Minimum
            => values.DefaultIfEmpty(double.PositiveInfinity).Min(),
        MissingValueReplacingEstimator.ReplacementMode.Maximum
            => values.DefaultIfEmpty(double.NegativeInfinity).Max(),
        MissingValueReplacingEstimator.ReplacementMode.Mode
            => MostFrequent(values.Where(double.IsFinite)),
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "Unknown replacement mode"),
    };

    /// <summary>Of values that are equally frequent the one that was it first.</summary>
    private static double MostFrequent(IEnumerable<double> values)
    {
        Dictionary<double, int> counts = [];
        (double mode, int most) = (0, 0);
        foreach (double value in values)
        {
            int count = counts[value] = counts.GetValueOrDefault(value) + 1;
            if (count > most)
                (mode, most) = (value, count);
        }

        return mode;
    }
}
