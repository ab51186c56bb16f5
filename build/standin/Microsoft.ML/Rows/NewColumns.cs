namespace Microsoft.ML.Data;

/// <summary>The columns that a transformer adds to an input schema, and their getters over a row of it.</summary>
internal abstract class NewColumns
{
    public abstract IReadOnlyList<DataViewSchema.DetachedColumn> Columns { get; }

    /// <summary>Indices of the input columns that new column <paramref name="index"/> is computed from.</summary>
    public abstract IEnumerable<int> InputsOf(int index);

    /// <summary>One getter per new column; null where it is not active.</summary>
    public abstract Delegate[] CreateGetters(DataViewRow input, bool[] active);
}

/// <summary>A new column that is computed on its own.</summary>
internal sealed record NewColumn(
    string Name,
    DataViewType Type,
    DataViewSchema.Annotations Annotations,
    IReadOnlyList<int> Inputs,
    Func<DataViewRow, Delegate> CreateGetter);

internal sealed class IndependentColumns(IReadOnlyList<NewColumn> columns) : NewColumns
{
    public override IReadOnlyList<DataViewSchema.DetachedColumn> Columns { get; } =
        columns.Select(c => new DataViewSchema.DetachedColumn(c.Name, c.Type, c.Annotations)).ToArray();

    public override IEnumerable<int> InputsOf(int index) => columns[index].Inputs;

    public override Delegate[] CreateGetters(DataViewRow input, bool[] active)
        => columns.Select((c, i) => active[i] ? c.CreateGetter(input) : null).ToArray();
}
