using System.Text.Json.Nodes;

namespace MLNet.MultiTask.Tool.Sweeps;

/// <summary>
/// Checks a JSON document by a schema of the words that <c>mtconfig.schema.json</c> uses; another word is refused, so
/// that nothing goes unchecked.
/// </summary>
internal sealed class JsonSchema
{
    private readonly JsonObject _root;

    public JsonSchema(JsonObject root)
    {
        _root = root;
        CheckWords(root);
    }

    /// <summary>The schema of <c>.mtconfig</c>.</summary>
    public static JsonSchema OfSweeps()
    {
        using Stream stream = typeof(JsonSchema).Assembly.GetManifestResourceStream("mtconfig.schema.json")!;
        return new JsonSchema(JsonNode.Parse(stream)!.AsObject());
    }

    /// <summary>One phrase per fault with the path of its place; none where the document fits.</summary>
    public IReadOnlyList<string> Faults(JsonNode? document)
    {
        List<string> faults = [];
        Check(_root, document, "", faults);
        return faults;
    }

    private void Check(JsonObject schema, JsonNode? node, string path, List<string> faults)
    {
        if ((string?)schema["$ref"] is { } reference)
            schema = _root["$defs"]![reference["#/$defs/".Length..]]!.AsObject();
        string own = path.Length == 0 ? "the document" : path;
        if (schema["const"] is { } only && !JsonNode.DeepEquals(node, only))
            faults.Add($"{own} is {Text(node)}, {Text(only)} is expected");
        if (schema["enum"] is JsonArray values && !values.Any(v => JsonNode.DeepEquals(v, node)))
            faults.Add($"{own} is {Text(node)}, one of {string.Join(", ", values.Select(Text))} is expected");
        if ((string?)schema["type"] is { } type && !Is(type, node))
        {
            faults.Add($"{own} is {Text(node)}, {(type[0] is 'a' or 'i' or 'o' ? "an" : "a")} {type} is expected");
            return;
        }
        switch (node)
        {
            case JsonObject properties:
                CheckProperties(schema, properties, path, faults);
                break;
            case JsonArray items:
                if (items.Count < ((int?)schema["minItems"] ?? 0))
                    faults.Add($"{own} is empty");
                for (int i = 0; i < items.Count && schema["items"] is JsonObject item; i++)
                    Check(item, items[i], $"{path}[{i}]", faults);
                break;
            case JsonValue value:
                CheckValue(schema, value, own, faults);
                break;
        }
    }

    private void CheckProperties(JsonObject schema, JsonObject properties, string path, List<string> faults)
    {
        string before = path.Length == 0 ? "" : path + ".";
        foreach (JsonNode? name in schema["required"] as JsonArray ?? [])
            if (!properties.ContainsKey((string)name!))
                faults.Add($"{before}{name} is missing");
        var known = schema["properties"] as JsonObject ?? [];
        foreach (var (name, value) in properties)
            if (known[name] is JsonObject property)
                Check(property, value, before + name, faults);
            else if (schema["additionalProperties"] is JsonObject others)
                Check(others, value, before + name, faults);
            else
                faults.Add($"{before}{name} is not known; {string.Join(", ", known.Select(k => k.Key))} are");
    }

    private static void CheckValue(JsonObject schema, JsonValue value, string own, List<string> faults)
    {
        if (value.TryGetValue(out string? text))
        {
            if (text.Length < ((int?)schema["minLength"] ?? 0))
                faults.Add($"{own} is empty");
        }
        else if (schema["minimum"] is { } least && (double)value < (double)least)
            faults.Add($"{own} is {Text(value)}, at least {Text(least)} is expected");
        else if (schema["exclusiveMinimum"] is { } bound && (double)value <= (double)bound)
            faults.Add($"{own} is {Text(value)}, more than {Text(bound)} is expected");
    }

    private static bool Is(string type, JsonNode? node) => type switch
    {
        "object" => node is JsonObject,
        "array" => node is JsonArray,
        "string" => node is JsonValue v && v.TryGetValue(out string? _),
        "boolean" => node is JsonValue v && v.TryGetValue(out bool _),
        "integer" => node is JsonValue v && (v.TryGetValue(out long _) || v.TryGetValue(out ulong _)),
        _ => node is JsonValue v && v.GetValueKind() == System.Text.Json.JsonValueKind.Number,
    };

    private static string Text(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject => "an object",
        JsonArray => "an array",
        _ => node.ToJsonString().Replace('"', '\''),
    };

    private static void CheckWords(JsonObject schema)
    {
        string[] words = ["$schema", "$ref", "$defs", "title", "description", "type", "required",
            "additionalProperties",
            "properties", "const", "enum", "items", "minItems", "minLength", "minimum", "exclusiveMinimum"];
        if (schema.FirstOrDefault(p => !words.Contains(p.Key)).Key is { } other)
            throw new NotSupportedException($"The word '{other}' of JSON schemas is not known here");
        foreach (JsonObject part in Parts(schema))
            CheckWords(part);
    }

    private static IEnumerable<JsonObject> Parts(JsonObject schema) =>
        new[] { schema["properties"], schema["$defs"] }.OfType<JsonObject>()
        .SelectMany(group => group.Select(p => p.Value))
            .Concat([schema["items"], schema["additionalProperties"]]).OfType<JsonObject>();
}
