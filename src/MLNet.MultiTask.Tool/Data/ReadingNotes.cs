using System.Globalization;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Tool.Data.Csv;

namespace MLNet.MultiTask.Tool.Data;

/// <summary>What is odd about columns that can be read, and may not be meant.</summary>
internal static class ReadingNotes
{
    private const int FewRows = 20;

    /// <summary>Sentences about all columns that are read.</summary>
    public static string[] Find(
        CsvTable csv, IEnumerable<string> numbers, IEnumerable<string> categories, DataDescription description)
    {
        string[] named =
        [
            .. categories,
            .. description.Labels.Where(l => l.Kind == TaskKind.Multiclass).Select(l => l.Name),
            .. description.TaskIdColumn is { } taskId ? new[] { taskId } : [],
        ];
        string[] ids = [.. numbers.Where(n => LooksLikeIds(csv, csv.Column(n, "feature"))).Select(n => $"'{n}'")];
        string[] features = [.. numbers, .. categories];
        string[] constant = [.. features.Where(n => IsConstant(csv, csv.Column(n, "feature"))).Select(n => $"'{n}'")];
        string[] empty = [.. features.Where(n => csv.Column(n, "feature").IsMissingAt(0)
            && constant.Contains($"'{n}'")).Select(n => $"'{n}'")];
        string[] codes = [.. numbers.Where(n => HasLeadingZeros(csv.Column(n, "feature"))).Select(n => $"'{n}'")];
        string[] sentinels = [.. numbers.SelectMany(n => Sentinel(csv, csv.Column(n, "feature")))];
        string[] units = [.. categories.SelectMany(n => Unit(csv.Column(n, "feature")))];
        string[] dates = [.. categories.Except(description.Categorical)
            .SelectMany(n => Date(csv.Column(n, "feature")))];
        string[] copies = [.. features.SelectMany(n => description.Labels
            .Where(l => IsCopy(csv, csv.Column(n, "feature"), csv.Column(l.Name, "label")))
            .Select(l => $"'{n}' of '{l.Name}'"))];
        string[] alike = [.. named.SelectMany(n => Alike(csv.Column(n, "category")))];
        string[] words = [.. named.SelectMany(n => Words(csv.Column(n, "category")))];
        string[] notes =
        [
            ids.Length == 0 ? "" : $"every row has a number of its own in {Some.Of(ids)}, as ids and row counters " +
                "have; what only names rows is left out with --ignore.",
            copies.Length == 0 ? "" : $"features are copies of labels: {Some.Of(copies)}; what is not known when " +
                "rows are scored is left out with --ignore.",
            empty.Length == 0 ? "" : $"no row has a value in {Some.Of(empty)}.",
            constant.Length == empty.Length ? "" : $"every row has the same value in " +
                $"{Some.Of([.. constant.Except(empty)])}; nothing can be learned from it.",
            codes.Length == 0 ? "" : $"numbers have leading zeros, as codes do, in {Some.Of(codes)}; --categorical " +
                "reads codes.",
            sentinels.Length == 0 ? "" : $"numbers may mean that a value is not known: {Some.Of(sentinels)}; " +
                "--missing names what is missing.",
            units.Length == 0 ? "" : $"numbers with a unit are read as categories: {Some.Of(units)}; without it they " +
                "are numbers.",
            dates.Length == 0 ? "" : $"dates or times are read as categories, each one of its own, so that no later " +
                $"one is known: {Some.Of(dates)}; make numbers of them, such as the month or the days since one of " +
                "them, leave them out with --ignore, or name them with --categorical.",
            alike.Length == 0 ? "" : $"values that differ in the case of letters only are different ones: " +
                $"{Some.Of(alike)}.",
            words.Length == 0 ? "" : $"texts that may mean that a value is not known are values: {Some.Of(words)}; " +
                "--missing names what is missing.",
        ];
        return [.. notes.Where(n => n.Length > 0).Select(n => $"Note: {csv.FileName}: {n}")];
    }

    private static bool LooksLikeIds(CsvTable csv, CsvColumn column) => IdNumbers.LookLikeIds(csv.RowCount,
        row => column.TryNumber(row, out double number) ? number : double.NaN);

    private static bool IsConstant(CsvTable csv, CsvColumn column)
    {
        for (int row = 1; row < csv.RowCount; row++)
            if (!SameCell(column, row, column, 0))
                return false;
        return csv.RowCount > 1;
    }

    private static bool IsCopy(CsvTable csv, CsvColumn feature, CsvColumn label)
    {
        if (feature.HasTexts && label.HasTexts && IsOneToOne(csv, feature, label))
            return true;
        for (int row = 0; row < csv.RowCount; row++)
            if (!SameCell(feature, row, label, row))
                return false;
        return !IsConstant(csv, label);
    }

    // Such as yes and no of 1 and 0: each value of one goes with a single value of the other.
    private static bool IsOneToOne(CsvTable csv, CsvColumn feature, CsvColumn label)
    {
        int[] there = new int[feature.ValueCount], back = new int[label.ValueCount];
        int rows = 0, values = 0;
        for (int row = 0; row < csv.RowCount; row++)
        {
            (int own, int other) = (feature.Code(row), label.Code(row));
            if (label.IsMissing(other))
                continue;
            rows++;
            if (there[own] == 0 && back[other] == 0)
                (there[own], back[other], values) = (other + 1, own + 1, values + 1);
            if (there[own] != other + 1 || back[other] != own + 1)
                return false;
        }
        // Few rows, or a value of its own in every row, go together by chance.
        return values > 1 && rows >= FewRows && 2 * values <= rows;
    }

    private static bool HasLeadingZeros(CsvColumn column) => column.HasTexts && ColumnNotes.HaveLeadingZeros(
        [.. Enumerable.Range(0, column.ValueCount).Where(c => !column.IsMissing(c)).Select(column.Value)]);

    private static IEnumerable<string> Unit(CsvColumn column)
    {
        if (ColumnNotes.UnitOf([.. Values(column)]) is { } unit)
            yield return $"'{unit}' of '{column.Name}'";
    }

    private static IEnumerable<string> Date(CsvColumn column)
    {
        if (ColumnNotes.DateOrTime([.. Values(column)]) is { } date)
            yield return $"'{date}' of '{column.Name}'";
    }

    private static IEnumerable<string> Sentinel(CsvTable csv, CsvColumn column)
    {
        if (ColumnNotes.Sentinel(csv.RowCount, row => column.TryNumber(row, out double number) ? number : double.NaN)
            is var (number, cells))
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{number} in {Counted.Of(cells, "cell")} of '{column.Name}'");
    }

    private static bool SameCell(CsvColumn one, int row, CsvColumn other, int otherRow) =>
        one.TryNumber(row, out double number) && other.TryNumber(otherRow, out double otherNumber)
            ? number.Equals(otherNumber)
            : one.HasTexts && other.HasTexts && one.Text(row) == other.Text(otherRow);

    private static IEnumerable<string> Alike(CsvColumn column) =>
        Values(column).GroupBy(v => v, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1)
            .Select(g => $"{string.Join(" and ", g.Select(v => $"'{v}'"))} of '{column.Name}'");

    private static IEnumerable<string> Words(CsvColumn column) =>
        Values(column).Where(ColumnNotes.MayMeanMissing).Select(v => $"'{v}' of '{column.Name}'");

    // 1 and 1.0 are one name, 1E3 and 1e3 as well.
    private static IEnumerable<string> Values(CsvColumn column) => !column.HasTexts ? []
        : NumericNames.Distinct(Enumerable.Range(0, column.ValueCount).Where(c => !column.IsMissing(c))
            .Select(column.Value));
}
