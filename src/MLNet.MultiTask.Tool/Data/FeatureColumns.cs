using MLNet.MultiTask.Data;
using MLNet.MultiTask.Tool.Data.Csv;

namespace MLNet.MultiTask.Tool.Data;

/// <summary>
/// Decides how each column that has no other role is read: as numbers where most of its filled cells are numbers, as
/// categories otherwise. What would make a bad feature without anybody noticing is refused.
/// </summary>
internal static class FeatureColumns
{
    /// <summary>The decision, by the given rows.</summary>
    public static TableReading Decide(CsvTable csv, ReadOnlySpan<int> rows, DataDescription description)
    {
        IReadOnlyDictionary<string, string> roles = description.Roles();
        ThrowIfMissing(csv, description, roles);
        if (description.Encoder is { } encoder)
            return Known(csv, encoder, roles);
        List<string> numbers = [];
        List<(string, int)> categories = [];
        List<string> otherNotations = [], names = [];
        bool haveDates = false;
        foreach (string name in csv.Header.Named.Where(n => !roles.ContainsKey(n)))
        {
            bool asked = description.Categorical.Contains(name);
            CsvColumn column = csv.Column(name, "feature");
            if (!asked && IsNumeric(column, rows))
                numbers.Add(name);
            else
            {
                int different = CountTexts(column, rows, out int filled);
                if (!asked && Notation(column, rows) is { } notation)
                    otherNotations.Add($"'{name}' ({notation})");
                else if (ColumnRules.NameRows(different, filled))
                {
                    bool areDates = AreDates(column);
                    haveDates |= areDates;
                    names.Add($"'{name}' ({different} different {(areDates ? "dates or times" : "values")} in " +
                        $"{Counted.Of(filled, "row")})");
                }
                categories.Add((name, different));
            }
        }
        if (otherNotations.Count > 0)
            throw new InputException($"{csv.FileName}: numbers in another notation, in " +
                $"column{Plural(otherNotations)} {Some.Of(otherNotations)}; write them like 1234.5, give " +
                "--decimal-comma where a comma is the decimal mark of all numbers, or name categories with " +
                "--categorical.");
        if (names.Count > 0)
            throw new InputException($"{csv.FileName}: nearly every row has a value of its own in column" +
                $"{Plural(names)} {Some.Of(names)}, so that nothing can be learned from " +
                $"{(names.Count > 1 ? "them" : "it")}; leave out such columns with --ignore" + (haveDates
                    ? ", or make numbers of dates and times, such as the month or the days since one of them." : "."));
        if (numbers.Count + categories.Count == 0)
            throw new InputException($"{csv.FileName} has no feature column besides " +
                $"{Some.Of([.. roles.Keys.Select(c => $"'{c}'")])}.");
        string[] notes = ReadingNotes.Find(csv, numbers, categories.Select(c => c.Item1), description);
        return new TableReading(csv, numbers, categories, roles, notes);
    }

    /// <summary>The columns of a model, read as it has learned to.</summary>
    private static TableReading Known(
        CsvTable csv, FeatureEncoder encoder, IReadOnlyDictionary<string, string> roles)
    {
        HashSet<string> known = [.. encoder.Columns.Select(c => c.Name)];
        string[] missing = [.. known.Except(csv.Header.Named).Select(n => $"'{n}'")];
        string[] problems =
        [
            .. missing.Length == 0 ? [] : new[] { $"{csv.FileName} has no {Columns(missing)} {Some.Of(missing)}" },
            .. roles.Where(r => known.Contains(r.Key)).GroupBy(r => r.Value, r => $"'{r.Key}'").Select(g =>
                $"{Some.Of([.. g])} {(g.Count() == 1 ? "is" : "are")} named as {g.Key} {Columns([.. g])}"),
        ];
        if (problems.Length > 0)
            throw new InputException($"{string.Join("; ", problems)}: the model of --init takes features from there. " +
                "Name and ignore columns as in its training, or train without it.");
        string[] others = [.. csv.Header.Named.Where(n => !roles.ContainsKey(n) && !known.Contains(n))];
        return new TableReading(csv, [.. encoder.Columns.Where(c => c.Categories is null).Select(c => c.Name)],
            [.. encoder.Columns.Where(c => c.Categories is not null).Select(c => (c.Name, c.Categories!.Count))],
            others.Aggregate(roles.ToDictionary(), (all, name) =>
            {
                all.Add(name, "ignored");
                return all;
            }), ["Note: columns are read as the model of --init has learned to.",
                .. UnknownCategories.Find(csv, encoder).Select(u => u.ToString())]);
    }

    private static void ThrowIfMissing(
        CsvTable csv, DataDescription description, IReadOnlyDictionary<string, string> roles)
    {
        // An unnamed column is left out without being asked for.
        foreach ((string column, string role) in roles)
            if (column.Length > 0 || !csv.Header.Unnamed.Any())
                csv.Column(column, role);
        foreach (string column in description.Categorical)
            csv.Column(column, "categorical feature");
    }

    private static bool IsNumeric(CsvColumn column, ReadOnlySpan<int> rows)
    {
        long filled = 0, numbers = 0;
        foreach (int row in rows)
            if (!column.TryNumber(row, out double number))
                filled++;
            else if (!double.IsNaN(number))
                (filled, numbers) = (filled + 1, numbers + 1);
        return ColumnRules.AreNumbers(numbers, filled);
    }

    private static int CountTexts(CsvColumn column, ReadOnlySpan<int> rows, out int filled)
    {
        filled = 0;
        var seen = new bool[column.ValueCount];
        int different = 0;
        foreach (int row in rows)
            if (column.Code(row) is var code && !column.IsMissing(code))
            {
                filled++;
                different += seen[code] ? 0 : 1;
                seen[code] = true;
            }
        return different;
    }

    /// <summary>The notation of most of the cells that are no plain numbers.</summary>
    private static string? Notation(CsvColumn column, ReadOnlySpan<int> rows)
    {
        var cells = new long[column.ValueCount];
        foreach (int row in rows)
            cells[column.Code(row)]++;
        return ColumnRules.NotationOf(Enumerable.Range(0, cells.Length)
            .Where(c => cells[c] > 0 && !column.TryNumberOf(c, out _))
            .Select(c => (column.Value(c), cells[c])))?.Notation;
    }

    private static bool AreDates(CsvColumn column) => ColumnNotes.DateOrTime([.. Enumerable.Range(0, column.ValueCount)
        .Where(c => !column.IsMissing(c)).Select(column.Value)]) is not null;

    private static string Columns(string[] names) => names.Length == 1 ? "column" : "columns";

    private static string Plural(List<string> columns) => columns.Count > 1 ? "s" : "";
}
