using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLNet.MultiTask.Tool.Data;

/// <summary>
/// A JSON list of data sets: <c>name</c>, <c>file</c>, and <c>tasks</c> or <c>taskIdColumn</c> with <c>labelColumn</c>.
/// </summary>
internal static class Manifest
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter<TaskKind>(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    public static DataDescription Read(string path, string name)
    {
        List<Entry> entries = ReadEntries(path);
        Entry entry = entries.Find(e => e.Name == name) ?? throw new InputException(
            $"'{path}' has no data set '{name}'; it has {string.Join(", ", entries.Select(e => e.Name))}.");
        if (entry.File is null)
            throw new InputException($"Data set '{name}' of '{path}' names no \"file\".");
        bool indexed = entry.TaskIdColumn is not null && entry.LabelColumn is not null;
        if (indexed == entry.Tasks is { Count: > 0 })
            throw new InputException(
                $"Data set '{name}' of '{path}' needs either \"tasks\" or both \"taskIdColumn\" and \"labelColumn\".");
        return new DataDescription
        {
            Path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, entry.File),
            Labels = indexed ? [new LabelColumn(entry.LabelColumn!, null)]
                : [.. entry.Tasks!.Select(t => new LabelColumn(t.Column, t.Kind))],
            TaskIdColumn = entry.TaskIdColumn,
            WeightColumn = entry.WeightColumn,
            Ignored = entry.Exclude ?? [],
        };
    }

    private static List<Entry> ReadEntries(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            List<Entry?> entries = JsonSerializer.Deserialize<List<Entry?>>(stream, Options)
                ?? throw new InputException($"'{path}' holds no data sets.");
            for (int i = 0; i < entries.Count; i++)
                if (entries[i] is not { Name: not null } entry
                    || entry.Tasks?.Exists(t => t is null || string.IsNullOrEmpty(t.Column)) == true
                    || entry.Exclude?.Contains(null!) == true)
                    throw new InputException($"'{path}': data set {i + 1} has no \"name\", or a task without a " +
                        "\"column\", or a null.");
            return entries!;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputException.CannotRead(path, e);
        }
        catch (JsonException e)
        {
            throw new InputException($"'{path}' is not a manifest: {e.Message}", e);
        }
    }

    private sealed record Entry(
        string Name, string? File, List<TaskEntry>? Tasks, string? TaskIdColumn, string? LabelColumn,
        List<string>? Exclude, string? WeightColumn);

    private sealed record TaskEntry(string Column, TaskKind Kind);
}
