using System.Globalization;
using MLNet.MultiTask.Schema;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Data;

/// <summary>
/// Task ids are known by value, as text: a model finds a task again whatever key number, number type or text column the
/// id comes in.
/// </summary>
internal static class TaskIds
{
    /// <summary>Reads the current row's id as an index into a growing list of texts; −1 for a missing id.</summary>
    public static Func<int> Collect(DataViewRow row, DataViewSchema.Column column, List<string> texts) =>
        column.Type switch
    {
        KeyDataViewType key => CollectKeys(row, column, key, texts),
        var t when t.RawType == typeof(ReadOnlyMemory<char>) => CollectTexts(row, column, texts),
        var t => NumberIds.Of(t.RawType).Collect(row, column, texts),
    };

    /// <summary>
    /// Reads the current row's id as its place in <paramref name="ids"/>; −1 for one that is not there.
    /// </summary>
    public static Func<int> Find(DataViewRow row, DataViewSchema.Column column, IReadOnlyList<string> ids)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < ids.Count; i++)
            places.Add(ids[i], i);
        switch (column.Type)
        {
            case KeyDataViewType key:
                int[] byKey = [.. Texts(column, key).Select(text => places.GetValueOrDefault(text, -1))];
                Func<ulong> read = KeyGetter(row, column);
                return () => read() is var k && k == 0 || k > (ulong)byKey.Length ? -1 : byKey[k - 1];
            case var t when t.RawType == typeof(ReadOnlyMemory<char>):
                ValueGetter<ReadOnlyMemory<char>> getter = row.GetGetter<ReadOnlyMemory<char>>(column);
                var lookup = places.GetAlternateLookup<ReadOnlySpan<char>>();
                ReadOnlyMemory<char> text = default;
                return () =>
                {
                    getter(ref text);
                    return lookup.TryGetValue(text.Span, out int place) ? place : -1;
                };
            case var t:
                return NumberIds.Of(t.RawType).Find(row, column, places);
        }
    }

    /// <summary>The order of ids: as numbers if all are, otherwise by ordinal text.</summary>
    public static string[] Sorted(IEnumerable<string> ids)
    {
        string[] all = [.. ids];
        var numbers = new double[all.Length];
        for (int i = 0; i < all.Length; i++)
            if (!double.TryParse(all[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]))
                return [.. all.Order(StringComparer.Ordinal)];
        return [.. all.Zip(numbers).OrderBy(p => p.Second).ThenBy(p => p.First, StringComparer.Ordinal)
            .Select(p => p.First)];
    }

    private static IReadOnlyList<string> Texts(DataViewSchema.Column column, KeyDataViewType key) =>
        KeyValueTexts.Of(column, checked((int)key.Count)).Texts;

    private static Func<int> CollectKeys(DataViewRow row, DataViewSchema.Column column, KeyDataViewType type,
        List<string> texts)
    {
        IReadOnlyList<string> names = Texts(column, type);
        var seen = new Dictionary<ulong, int>();
        Func<ulong> read = KeyGetter(row, column);
        return () =>
        {
            ulong key = read();
            if (key == 0)
                return -1;
            if (!seen.TryGetValue(key, out int index))
            {
                seen.Add(key, index = texts.Count);
                texts.Add(names[(int)key - 1]);
            }
            return index;
        };
    }

    private static Func<int> CollectTexts(DataViewRow row, DataViewSchema.Column column, List<string> texts)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var lookup = seen.GetAlternateLookup<ReadOnlySpan<char>>();
        ValueGetter<ReadOnlyMemory<char>> getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        ReadOnlyMemory<char> text = default;
        return () =>
        {
            getter(ref text);
            if (text.IsEmpty)
                return -1;
            if (!lookup.TryGetValue(text.Span, out int index))
            {
                seen.Add(text.ToString(), index = texts.Count);
                texts.Add(text.ToString());
            }
            return index;
        };
    }

    public static Func<ulong> KeyGetter(DataViewRow row, DataViewSchema.Column column) => column.Type.RawType switch
    {
        var t when t == typeof(byte) => Getter<byte>(row, column, k => k),
        var t when t == typeof(ushort) => Getter<ushort>(row, column, k => k),
        var t when t == typeof(uint) => Getter<uint>(row, column, k => k),
        _ => Getter<ulong>(row, column, k => k),
    };

    private static Func<ulong> Getter<T>(DataViewRow row, DataViewSchema.Column column, Func<T, ulong> convert)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return convert(value);
        };
    }
}
