using Microsoft.ML;

namespace MLNet.MultiTask.Mapping;

/// <summary>
/// What a transformer adds to the rows of one input schema. Immutable, so any number of cursors may share it.
/// </summary>
internal abstract class RowMapping(DataViewSchema input, IReadOnlyList<DataViewSchema.DetachedColumn> added)
{
    /// <summary>The schema mapped from.</summary>
    public DataViewSchema Input { get; } = input;

    /// <summary>The input's columns at their places, then the added ones.</summary>
    public DataViewSchema Output { get; } = Append(input, added);

    /// <summary>Input columns that an added column is computed from.</summary>
    /// <param name="added">Number among the added columns.</param>
    public abstract IEnumerable<DataViewSchema.Column> InputsOf(int added);

    /// <summary>Begins to compute added columns along a row or cursor.</summary>
    /// <param name="row">Gives the input columns; moves on its own.</param>
    /// <param name="active">Which added columns will be asked for.</param>
    public abstract AddedValues Open(DataViewRow row, IReadOnlyList<bool> active);

    /// <summary>
    /// Shows a cursor's rows with the added columns; the cursor is disposed with the result. By default row by row.
    /// </summary>
    /// <param name="cursor">Gives the input columns.</param>
    /// <param name="active">Which columns of the output will be asked for.</param>
    public virtual DataViewRowCursor OpenCursor(DataViewRowCursor cursor, bool[] active) =>
        new MappedCursor(cursor, new MappedRow(cursor, this, active));

    private static DataViewSchema Append(DataViewSchema input, IReadOnlyList<DataViewSchema.DetachedColumn> added)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(input);
        builder.AddColumns(added);
        return builder.ToSchema();
    }
}

/// <summary>
/// The added columns of the current row, as getters that are asked for once and called for every row.
/// </summary>
internal abstract class AddedValues
{
    /// <summary>A <see cref="ValueGetter{TValue}"/> of the column's raw type.</summary>
    /// <param name="added">Number among the added columns; an active one.</param>
    public abstract Delegate GetGetter(int added);
}
