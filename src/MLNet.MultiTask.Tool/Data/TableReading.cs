using MLNet.MultiTask.Data;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Tool.Data.Csv;
using MLNet.MultiTask.Tool.Output;

namespace MLNet.MultiTask.Tool.Data;

/// <summary>How the columns of a table were read.</summary>
/// <param name="csv">The table.</param>
/// <param name="numbers">Columns read as numbers.</param>
/// <param name="categories">Columns read as categories, with the number of their different values.</param>
/// <param name="roles">The other columns, each with its role.</param>
/// <param name="notes">What is odd about the columns, one sentence each.</param>
internal sealed class TableReading(
    CsvTable csv, IReadOnlyList<string> numbers, IReadOnlyList<(string Name, int Values)> categories,
    IReadOnlyDictionary<string, string> roles, IReadOnlyList<string> notes)
{
    // Of the file only that: its columns are not held while a model is trained.
    private readonly (string File, int Rows, CsvHeader Header) _csv = (csv.FileName, csv.RowCount, csv.Header);

    /// <summary>Feature columns that hold numbers.</summary>
    public IReadOnlyList<string> Numbers { get; } = numbers;

    /// <summary>Feature columns that hold categories.</summary>
    public IReadOnlyList<string> Categories { get; } = [.. categories.Select(c => c.Name)];

    private readonly List<string> _notes = [.. notes];

    /// <summary>Takes in what is odd about the labels.</summary>
    public void Add(IEnumerable<string> sentences) => _notes.AddRange(sentences);

    private IEnumerable<string> LeftOut =>
        [.. roles.Where(r => r.Value == "ignored" && r.Key.Length > 0).Select(r => r.Key),
            .. _csv.Header.Unnamed.Select(c => $"column {c}, which has no name")];

    /// <summary>One line for people, and one per note.</summary>
    public override string ToString()
    {
        string[] leftOut = [.. LeftOut];
        string reading = $"{_csv.File}: {Counted.Of(_csv.Rows, "row")}, '{_csv.Header.SeparatorName}' between " +
            "cells; read as numbers: " +
            $"{Numbers.Count} column{(Numbers.Count == 1 ? "" : "s")}; as categories: {categories.Count}" +
            $"{List([.. categories.Select(c => $"{c.Name}: {Counted.Of(c.Values, "value")}")])}; left out: " +
            $"{leftOut.Length}{List(leftOut)}.";
        return string.Join(Environment.NewLine, [reading, .. _notes]);
    }

    /// <summary>The same in full.</summary>
    public JsonObject ToJson() => new()
    {
        ["file"] = _csv.File,
        ["rows"] = _csv.Rows,
        ["separator"] = _csv.Header.SeparatorName,
        ["encoding"] = _csv.Header.Encoding,
        ["numbers"] = JsonFile.Texts(Numbers),
        ["categories"] = new JsonObject(
            categories.Select(c => KeyValuePair.Create(c.Name, (JsonNode?)JsonValue.Create(c.Values)))),
        ["leftOut"] = JsonFile.Texts(LeftOut),
        ["notes"] = JsonFile.Texts(_notes),
    };

    private static string List(string[] items) => items.Length == 0 ? "" : $" ({Some.Of(items)})";
}
