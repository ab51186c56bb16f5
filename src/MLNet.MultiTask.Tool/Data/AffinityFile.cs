using MLNet.MultiTask.Data;
using System.Globalization;
using System.Text.Json;
using CsvHelper;

namespace MLNet.MultiTask.Tool.Data;

/// <summary>
/// An affinity matrix in a file: the JSON of <c>affinity --json</c>, or a CSV matrix, one line per target task, with or
/// without a line of task names above it.
/// </summary>
internal static class AffinityFile
{
    private static readonly CsvReaderOptions Options = new()
    {
        Separator = ',',
        HasHeader = false,
        TrimWhitespace = true,
        TrackLineNumbers = true,
        MalformedData = CsvMalformedDataHandling.Throw,
    };

    public static TaskAffinity Read(string path)
    {
        try
        {
            return Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase)
                ? FromJson(File.ReadAllBytes(path)) : FromCsv(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputException.CannotRead(path, e);
        }
        catch (Exception e) when (e is JsonException or CsvFormatException or ArgumentException)
        {
            throw new InputException($"'{path}' is not an affinity matrix: {e.Message.TrimEnd('.')}.", e);
        }
    }

    private static TaskAffinity FromJson(byte[] json)
    {
        Content? content = JsonSerializer.Deserialize<Content>(json, JsonSerializerOptions.Web);
        if (content is not { Tasks: { } tasks, Affinity: { } rows })
            throw new JsonException("properties \"tasks\" and \"affinity\" are expected");
        if (Array.IndexOf(tasks, null) >= 0 || Array.IndexOf(rows, null) >= 0)
            throw new JsonException("a task or a row of the matrix is null");
        if (rows.Length != tasks.Length || rows.FirstOrDefault(r => r.Length != tasks.Length) is not null)
            throw new JsonException($"\"affinity\" must have {Counted.Of(tasks.Length, "row")} of " +
                $"{Counted.Of(tasks.Length, "number")}, as there are tasks");
        int own = Enumerable.Range(0, tasks.Length).FirstOrDefault(t => rows[t][t] is null, -1);
        if (own >= 0)
            throw new JsonException($"the affinity of task '{tasks[own]}' with itself is null; only that of a pair " +
                "may be");
        return Create(tasks, [.. rows.SelectMany(r => r)], content.Method ?? "file", content.Signed ?? false);
    }

    private static TaskAffinity FromCsv(string path)
    {
        string file = Path.GetFileName(path);
        using CsvReader reader = CsvReader.FromFile(path, Options);
        List<string[]> lines = [];
        while (reader.Read())
        {
            lines.Add(reader.Current.ToArray());
            if (lines[^1].Length != lines[0].Length)
                throw new InputException($"{file} line {reader.LineNumber} has " +
                    $"{Counted.Of(lines[^1].Length, "cell")}, but the first line has {lines[0].Length}.");
        }
        if (lines.Count == 0)
            throw new InputException($"{file} is empty; a square matrix is expected.");
        int tasks = lines[0].Length, header = lines.Count - tasks;
        if (header is not (0 or 1))
            throw new InputException($"{file} has {Counted.Of(lines.Count, "line")} of {Counted.Of(tasks, "cell")}; " +
                $"{Counted.Of(tasks, "line")} are expected, and names above them if wanted.");
        string[] names = header == 1 ? lines[0]
            : [.. Enumerable.Range(0, tasks).Select(t => t.ToString(CultureInfo.InvariantCulture))];
        double?[] values = [.. lines.Skip(header).SelectMany(
            (cells, i) => cells.Select((cell, j) => Number(file, i, j, cell)))];
        return Create(names, values, "file", isSigned: false);
    }

    // Where the file holds nothing, nothing was measured.
    private static TaskAffinity Create(string[] tasks, double?[] values, string method, bool isSigned)
    {
        string[] twice = [.. tasks.CountBy(t => t).Where(t => t.Value > 1).Select(t => $"'{t.Key}'")];
        if (twice.Length > 0)
            throw new ArgumentException($"more than one task is named {Some.Of(twice)}; groups would not tell them " +
                "apart");
        int unmeasured = values.Count(v => v is null);
        return new TaskAffinity(tasks, [.. values.Select(v => v ?? 0)], method)
        {
            IsSigned = isSigned,
            Unmeasured = unmeasured == 0 ? null : [.. values.Select(v => v is null)],
            Warnings = unmeasured == 0 ? []
                : [$"The file has no affinity for {Counted.Of(unmeasured, "pair")} of target and source; 0 takes its " +
                    "place."],
        };
    }

    private static double? Number(string file, int target, int source, string cell) =>
        cell.Length == 0 && target != source ? null
        : CellReader.TryNumber(cell, out double number) && !double.IsNaN(number) ? number
            : throw new InputException($"{file}: the affinity of task {target} from task {source} is '{cell}'; a " +
                "finite number is expected.");

    private sealed record Content(string[]? Tasks, double?[][]? Affinity, string? Method, bool? Signed);
}
