using MLNet.MultiTask.Data;
using MLNet.MultiTask.Tool.Data.Csv;

namespace MLNet.MultiTask.Tool.Data;

/// <summary>The two values of a label that do not say themselves which of them counts as 1.</summary>
/// <param name="Negative">Null where every label is the other one.</param>
/// <param name="Positive">Counts as 1.</param>
internal sealed record BinaryValues(string? Negative, string Positive)
{
    /// <summary>As a sentence of notes has it.</summary>
    public override string ToString() => $"'{Positive}' counts as 1" + (Negative is null ? "" : $", '{Negative}' as 0");

    /// <summary>Whether a value is 1; null where it is neither.</summary>
    public bool? IsPositive(string value)
    {
        string key = NumericNames.Key(value);
        return key == NumericNames.Key(Positive) ? true
            : Negative is not null && key == NumericNames.Key(Negative) ? false : null;
    }

    /// <summary>
    /// The values of a column of which one is said to be positive; null where the values say the same themselves.
    /// </summary>
    /// <param name="cells">The column; it has its texts.</param>
    /// <param name="rows">File rows that count.</param>
    /// <param name="positive">What was said.</param>
    /// <param name="fault">Why it cannot be; null where it can.</param>
    public static BinaryValues? Find(CsvColumn cells, IEnumerable<int> rows, string positive, out string? fault)
    {
        string[] values = Distinct(cells, rows);
        string column = $"label column '{cells.Name}' holds {Some.Of([.. values.Select(v => $"'{v}'")])}";
        int place = Array.FindIndex(values, v => NumericNames.Key(v) == NumericNames.Key(positive));
        bool? said = values.Length == 2 && place >= 0 && CellTexts.PlaceOfYes(values[0], values[1]) is { } yes
            ? yes == place : values.Length == 1 ? CellTexts.Truth(positive) : null;
        fault = values.Length == 0 ? $"label column '{cells.Name}' has no observed label for --positive '{positive}'"
            : values.Length > 2 ? $"{column}; --positive '{positive}' needs two values, and --kind multiclass takes any"
            : place < 0 ? $"{column}, and no row the value '{positive}' of --positive"
            : said == false ? $"{column}, of which '{positive}' says no; --positive cannot make it yes, rename the " +
                "values or leave it out"
            : null;
        return fault is not null || said == true ? null
            : new BinaryValues(values.Length == 2 ? values[1 - place] : null, values[place]);
    }

    /// <summary>The different values of a column, of numbers that are equal one.</summary>
    public static string[] Distinct(CsvColumn cells, IEnumerable<int> rows) => [.. NumericNames.Distinct(rows
        .Select(cells.Code).Distinct().Where(c => !cells.IsMissing(c)).Select(cells.Value))
        .Order(StringComparer.Ordinal)];
}
