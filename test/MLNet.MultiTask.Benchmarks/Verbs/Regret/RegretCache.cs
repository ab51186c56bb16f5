using System.Text.Json;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Tool;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>
/// What was found out so far, by key, in memory and in a file of one line each, so that a run that was ended goes on.
/// </summary>
internal sealed class RegretCache : IDisposable
{
    private readonly Dictionary<string, JsonObject> _found = new(StringComparer.Ordinal);
    private readonly StreamWriter? _file;
    private readonly Lock _lock = new();

    /// <summary>Reads what the file holds; a last line that was cut short is left out.</summary>
    /// <exception cref="InputException">The file cannot be read or written, or holds another line.</exception>
    public RegretCache(FileInfo? file)
    {
        if (file is null)
            return;
        try
        {
            string[] lines = file.Exists ? File.ReadAllLines(file.FullName) : [];
            for (int i = 0; i < lines.Length; i++)
                if (Read(lines[i]) is { } entry)
                    _found[entry.Key] = entry.Value;
                else if (i < lines.Length - 1)
                    throw new InputException($"Line {i + 1} of '{file}' is no line of a cache of bench regret.");
            // Rewritten, so that what is added does not follow a line cut short.
            _file = new StreamWriter(file.FullName, append: false) { AutoFlush = true };
            foreach (var (key, value) in _found)
                Write(key, value);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"Cannot use '{file}' as the cache: {e.Message}", e);
        }
    }

    public JsonObject? this[string key]
    {
        get
        {
            lock (_lock)
                return _found.GetValueOrDefault(key);
        }
    }

    public void Add(string key, JsonObject value)
    {
        lock (_lock)
        {
            _found[key] = value;
            Write(key, value);
        }
    }

    public void Dispose() => _file?.Dispose();

    private void Write(string key, JsonObject value) =>
        _file?.WriteLine(new JsonObject { ["key"] = key, ["value"] = value.DeepClone() }.ToJsonString());

    private static (string Key, JsonObject Value)? Read(string line)
    {
        try
        {
            return JsonNode.Parse(line) is JsonObject entry && entry["key"] is { } key
                && entry["value"] is JsonObject value ? (key.GetValue<string>(), value.DeepClone().AsObject()) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
