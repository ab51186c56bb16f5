using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MLNet.MultiTask.Tool.Output;

/// <summary>The file of <c>--json</c>.</summary>
/// <param name="file">Where.</param>
/// <param name="timings">Whether properties named "seconds", "phaseSeconds" and "timeRatio" are written.</param>
internal sealed class JsonFile(OutputFile file, bool timings)
{
    private static readonly string[] s_timings = ["seconds", "phaseSeconds", "timeRatio"];

    private static readonly JsonWriterOptions Format = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Full path.</summary>
    public string Path => file.Path;

    /// <summary>Writes the results in one step.</summary>
    public void Write(JsonObject results)
    {
        if (!timings)
            RemoveSeconds(results);
        file.Write(stream =>
        {
            using var writer = new Utf8JsonWriter(stream, Format);
            results.WriteTo(writer);
            writer.Flush();
            stream.WriteByte((byte)'\n');
        });
    }

    /// <summary>A number in full precision; what is not defined becomes null.</summary>
    public static JsonNode? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    public static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(t => JsonValue.Create(t))];

    /// <summary>Rows of a square matrix.</summary>
    public static JsonArray Matrix(ReadOnlySpan<double> values, int size)
    {
        var rows = new JsonArray();
        for (int i = 0; i < size; i++)
            rows.Add(new JsonArray([.. values.Slice(i * size, size).ToArray().Select(Number)]));
        return rows;
    }

    private static void RemoveSeconds(JsonNode? node)
    {
        if (node is JsonObject properties)
        {
            foreach (string timing in s_timings)
                properties.Remove(timing);
            foreach (var (_, value) in properties)
                RemoveSeconds(value);
        }
        else if (node is JsonArray items)
            foreach (JsonNode? item in items)
                RemoveSeconds(item);
    }
}
