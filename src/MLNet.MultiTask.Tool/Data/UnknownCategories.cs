using MLNet.MultiTask.Data;
using MLNet.MultiTask.Tool.Data.Csv;

namespace MLNet.MultiTask.Tool.Data;

/// <summary>Cells of a column that hold categories which the model does not know; it scores them as none.</summary>
/// <param name="Column">The column.</param>
/// <param name="Cells">Such cells.</param>
/// <param name="Filled">Cells with any value.</param>
/// <param name="Example">One of the values.</param>
internal sealed record UnknownCategories(string Column, int Cells, int Filled, string Example)
{
    /// <summary>The columns that have such cells.</summary>
    public static UnknownCategories[] Find(CsvTable csv, FeatureEncoder? encoder) => encoder is null
        ? [] : [.. encoder.Columns.Where(c => c.Categories is not null).Select(c => Find(csv, c))
            .Where(u => u.Cells > 0)];

    public override string ToString() => Cells == Filled
        ? $"Warning: no value of column '{Column}' is known to the model, such as '{Example}' " +
            $"({Counted.Of(Cells, "cell")}); is it the column of the training?"
        : $"Note: {Cells} of {Counted.Of(Filled, "cell")} of column '{Column}' hold values that the model does not " +
            $"know, such as '{Example}'.";

    private static UnknownCategories Find(CsvTable csv, EncodedColumn encoded)
    {
        CsvColumn column = csv.Column(encoded.Name, "feature");
        HashSet<string> known = [.. encoded.Categories!];
        bool[] isKnown = [.. Enumerable.Range(0, column.ValueCount).Select(c => known.Contains(column.Value(c)))];
        int cells = 0, filled = 0, example = -1;
        for (int row = 0; row < csv.RowCount; row++)
            if (column.Code(row) is var code && !column.IsMissing(code))
            {
                filled++;
                if (isKnown[code])
                    continue;
                cells++;
                example = example < 0 ? code : example;
            }
        return new(encoded.Name, cells, filled, example < 0 ? "" : column.Value(example));
    }
}
