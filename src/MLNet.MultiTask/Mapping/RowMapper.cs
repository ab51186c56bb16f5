using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Mapping;

/// <summary>The public face of a <see cref="RowMapping"/>: what prediction engines and views ask.</summary>
internal sealed class RowMapper(RowMapping mapping) : IRowToRowMapper
{
    public DataViewSchema InputSchema => mapping.Input;

    public DataViewSchema OutputSchema => mapping.Output;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        var needed = new bool[mapping.Input.Count];
        foreach (DataViewSchema.Column column in dependingColumns)
            if (column.Index < needed.Length)
                needed[column.Index] = true;
            else
                foreach (DataViewSchema.Column input in mapping.InputsOf(column.Index - needed.Length))
                    needed[input.Index] = true;
        return mapping.Input.Where(c => needed[c.Index]);
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new MappedRow(input, mapping, Active(activeColumns));
    }

    /// <summary>A cursor's rows with the added columns; the cursor is disposed with the result.</summary>
    public DataViewRowCursor GetCursor(DataViewRowCursor input, IEnumerable<DataViewSchema.Column> activeColumns) =>
        mapping.OpenCursor(input, Active(activeColumns));

    private bool[] Active(IEnumerable<DataViewSchema.Column> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        var active = new bool[mapping.Output.Count];
        foreach (DataViewSchema.Column column in columns)
            active[column.Index] = true;
        return active;
    }
}
