namespace Microsoft.ML.Data;

/// <summary>Maps the values of a scalar column, or each item of a vector column.</summary>
internal static class ItemMap
{
    public static Delegate CreateGetter<TSrc, TDst>(
        DataViewRow row, DataViewSchema.Column source, Func<TSrc, TDst> map)
        => source.Type is VectorDataViewType
            ? MapVector(row.GetGetter<VBuffer<TSrc>>(source), map)
            : MapScalar(row.GetGetter<TSrc>(source), map);

    private static ValueGetter<TDst> MapScalar<TSrc, TDst>(ValueGetter<TSrc> getter, Func<TSrc, TDst> map)
    {
        TSrc value = default;
        return (ref TDst destination) =>
        {
            getter(ref value);
            destination = map(value);
        };
    }

    /// <summary>Stays sparse where the default value is mapped to the default value.</summary>
    private static ValueGetter<VBuffer<TDst>> MapVector<TSrc, TDst>(
        ValueGetter<VBuffer<TSrc>> getter, Func<TSrc, TDst> map)
    {
        bool keepsDefault = EqualityComparer<TDst>.Default.Equals(map(default), default);
        VBuffer<TSrc> source = default;
        return (ref VBuffer<TDst> destination) =>
        {
            getter(ref source);
            if (!keepsDefault && !source.IsDense)
                source.CopyToDense(ref source);
            ReadOnlySpan<TSrc> values = source.GetValues();
            VBufferEditor<TDst> editor = VBufferEditor.Create(ref destination, source.Length, values.Length);
            for (int i = 0; i < values.Length; i++)
                editor.Values[i] = map(values[i]);
            source.GetIndices().CopyTo(editor.Indices);
            destination = editor.Commit();
        };
    }
}
