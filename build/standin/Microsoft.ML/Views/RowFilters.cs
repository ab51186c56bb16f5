using System.Globalization;

namespace Microsoft.ML.Data;

/// <summary>The filters of <see cref="DataOperationsCatalog"/>.</summary>
internal static class RowFilters
{
    /// <summary>Drops <paramref name="skip"/> rows and ends after the next <paramref name="take"/>.</summary>
    public static IDataView Window(IDataView source, long skip, long take)
        => new FilteredView(source, [], _ =>
        {
            long seen = 0;
            return () => ++seen <= skip ? RowFate.Drop : seen - skip <= take ? RowFate.Keep : RowFate.Stop;
        }, canShuffle: false, countRows: count => Math.Clamp(count - skip, 0, take));

    /// <summary>Keeps rows whose value lies in [lower, upper); a missing value never does.</summary>
    public static IDataView Range(IDataView source, DataViewSchema.Column column, double lower, double upper)
        => new FilteredView(source, [column], row =>
        {
            Func<double> value = Numbers.Reader(row, column);
            return () => value() is var x && x >= lower && x < upper ? RowFate.Keep : RowFate.Drop;
        });

    /// <summary>Keeps rows that have no NaN in any of the columns.</summary>
    public static IDataView WithoutMissing(IDataView source, DataViewSchema.Column[] columns)
        => new FilteredView(source, columns, row =>
        {
            Func<bool>[] missing = columns.Select(c => Numbers.MissingReader(row, c)).ToArray();
            return () => missing.Any(m => m()) ? RowFate.Drop : RowFate.Keep;
        });

    /// <summary>
    /// Rows whose uniform number lies in [lower, upper), or outside of it. The number is drawn per row in source order,
    /// or computed from the key column, so that rows with the same key stay together.
    /// </summary>
    public static IDataView Fraction(
        IDataView source, DataViewSchema.Column? key, int seed, double lower, double upper, bool outside)
        => new FilteredView(source, key is { } column ? [column] : [], row =>
        {
            Func<double> uniform = key is { } keyColumn
                ? KeyUniform(row, keyColumn, seed)
                : new Random(seed).NextDouble;
            return () => uniform() is var u && (u >= lower && u < upper) != outside ? RowFate.Keep : RowFate.Drop;
        }, canShuffle: false);

    private static Func<double> KeyUniform(DataViewRow row, DataViewSchema.Column column, int seed)
        => (Func<double>)Generic.Call(
            typeof(RowFilters), nameof(KeyUniformOf), [column.Type.RawType], row, column, seed);

    private static Func<double> KeyUniformOf<T>(DataViewRow row, DataViewSchema.Column column, int seed)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        T value = default;
        return () =>
        {
            getter(ref value);
            ulong hash = 14695981039346656037UL ^ (uint)seed;
            foreach (char c in Convert.ToString(value, CultureInfo.InvariantCulture))
                hash = (hash ^ c) * 1099511628211UL;
            return (new DataViewRowId(hash, hash).Fork().Next().Low >> 11) * (1.0 / (1UL << 53));
        };
    }
}
