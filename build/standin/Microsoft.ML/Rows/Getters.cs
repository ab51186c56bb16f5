namespace Microsoft.ML.Data;

/// <summary>
/// Getters of any value type behind one <see cref="Delegate"/>, and the two errors of asking for a wrong one.
/// </summary>
internal static class Getters
{
    public static ValueGetter<TValue> Cast<TValue>(Delegate getter, DataViewSchema.Column column)
        => getter as ValueGetter<TValue>
            ?? throw new InvalidOperationException(
                $"Invalid TValue: '{typeof(TValue)}', expected type: '{column.Type.RawType}'.");

    public static void CheckActive(bool isActive, DataViewSchema.Column column)
    {
        if (!isActive)
            throw new ArgumentOutOfRangeException(
                nameof(column), $"Column '{column.Name}' is not active in the cursor.");
    }

    /// <summary>The getter of a column, whatever its value type.</summary>
    public static Delegate Of(DataViewRow row, DataViewSchema.Column column)
        => (Delegate)Generic.Call(typeof(Getters), nameof(OfValue), [column.Type.RawType], row, column);

    private static ValueGetter<T> OfValue<T>(DataViewRow row, DataViewSchema.Column column) => row.GetGetter<T>(column);
}
