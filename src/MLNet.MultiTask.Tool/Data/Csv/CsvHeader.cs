namespace MLNet.MultiTask.Tool.Data.Csv;

/// <summary>The header line of a file.</summary>
/// <param name="Names">One name per cell; empty where a column has none.</param>
/// <param name="Separator">What separates the cells.</param>
/// <param name="Encoding">How the file's bytes are read.</param>
internal sealed record CsvHeader(IReadOnlyList<string> Names, char Separator, string Encoding)
{
    /// <summary>Numbers, from 1, of the columns without a name.</summary>
    public IEnumerable<int> Unnamed => Enumerable.Range(1, Names.Count).Where(i => Names[i - 1].Length == 0);

    /// <summary>Columns with a name, in the order of the file.</summary>
    public IEnumerable<string> Named => Names.Where(n => n.Length > 0);

    /// <summary>The separator as a user types it.</summary>
    public string SeparatorName => Separator == '\t' ? "tab" : Separator.ToString();

    /// <summary>Ends a sentence about a missing column, if the header may be cut in the wrong places.</summary>
    public string HintAtSeparator() => Names.Count > 1 ? ""
        : $"; with '{SeparatorName}' between cells the header has one column only, see --separator";

    /// <summary>Refuses two columns of one name.</summary>
    public void ThrowIfRepeated(string file)
    {
        string[] repeated = [.. Names.Select((name, i) => (Name: name, Column: i + 1)).Where(c => c.Name.Length > 0)
            .GroupBy(c => c.Name, StringComparer.Ordinal).Where(g => g.Count() > 1)
            .Select(g => $"'{g.Key}' (columns {string.Join(", ", g.Select(c => c.Column))})")];
        if (repeated.Length > 0)
            throw new InputException($"{file} names columns more than once in its header: " +
                $"{Some.Of(repeated)}; rename all but one of each.");
    }
}
