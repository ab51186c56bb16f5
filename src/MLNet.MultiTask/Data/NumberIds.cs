using System.Globalization;
using System.Numerics;
using Microsoft.ML;

namespace MLNet.MultiTask.Data;

/// <summary>Task ids in a column of numbers; NaN is a missing id.</summary>
internal abstract class NumberIds
{
    private static readonly NumberIds[] s_all =
    [
        new For<sbyte>(), new For<byte>(), new For<short>(), new For<ushort>(), new For<int>(), new For<uint>(),
            new For<long>(),
        new For<ulong>(), new For<float>(), new For<double>(),
    ];

    public abstract Type RawType { get; }

    public abstract Func<int> Collect(DataViewRow row, DataViewSchema.Column column, List<string> texts);

    public abstract Func<int> Find(DataViewRow row, DataViewSchema.Column column, Dictionary<string, int> places);

    public static NumberIds Of(Type rawType) => s_all.First(n => n.RawType == rawType);

    private sealed class For<T> : NumberIds where T : struct, INumber<T>
    {
        public override Type RawType => typeof(T);

        public override Func<int> Collect(DataViewRow row, DataViewSchema.Column column, List<string> texts)
        {
            var seen = new Dictionary<T, int>();
            ValueGetter<T> getter = row.GetGetter<T>(column);
            T value = default;
            return () =>
            {
                getter(ref value);
                if (T.IsNaN(value))
                    return -1;
                if (!seen.TryGetValue(value, out int index))
                {
                    seen.Add(value, index = texts.Count);
                    texts.Add(value.ToString(null, CultureInfo.InvariantCulture));
                }
                return index;
            };
        }

        public override Func<int> Find(DataViewRow row, DataViewSchema.Column column, Dictionary<string, int> places)
        {
            var byValue = new Dictionary<T, int>();
            foreach ((string text, int place) in places)
                if (T.TryParse(text, CultureInfo.InvariantCulture, out T id))
                    byValue[id] = place;
            ValueGetter<T> getter = row.GetGetter<T>(column);
            T value = default;
            return () =>
            {
                getter(ref value);
                return byValue.TryGetValue(value, out int place) ? place : -1;
            };
        }
    }
}
