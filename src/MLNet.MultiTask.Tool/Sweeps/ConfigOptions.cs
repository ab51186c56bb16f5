using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MLNet.MultiTask.Tool.Sweeps;

/// <summary>
/// Options of the command as properties of an <c>.mtconfig</c>, and back: <c>--layer-norm</c> is <c>LayerNorm</c>. Only
/// what is given is written, so that a default stays one.
/// </summary>
internal static class ConfigOptions
{
    private static readonly Type[] Numbers = [typeof(int), typeof(long), typeof(ulong), typeof(float), typeof(double)];

    /// <summary>The property of an option.</summary>
    public static string Property(Option option) => string.Concat(option.Name
        .Split('-', StringSplitOptions.RemoveEmptyEntries).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    /// <summary>Whether a value is a number in JSON.</summary>
    public static bool IsNumber(Option option) =>
        Numbers.Contains(Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType);

    /// <summary>Adds those of the options that the command line gives.</summary>
    public static void Write(JsonObject json, ParseResult parsed, IEnumerable<Option> options)
    {
        foreach (Option option in options)
            if (parsed.GetResult(option) is { Implicit: false } given)
                json[Property(option)] = option.ValueType.IsArray
                    ? new JsonArray([.. given.Tokens.Select(t => JsonValue.Create(t.Value))])
                    : option.ValueType == typeof(bool) ? given.GetValueOrDefault<bool>()
                    : IsNumber(option) ? JsonNode.Parse(given.Tokens[^1].Value)
                    : given.Tokens[^1].Value;
    }

    /// <summary>The command line of what an object says of the options.</summary>
    public static IEnumerable<string> Read(JsonObject? json, IEnumerable<Option> options) =>
        options.SelectMany(option => (json?[Property(option)], option.ValueType.IsArray) switch
        {
            (null, _) => [],
            (JsonArray values, true) => [option.Name, .. values.Select(Text)],
            (JsonValue value, _) when value.TryGetValue(out bool flag) => flag ? [option.Name] : [],
            ({ } value, _) => (string[])[option.Name, Text(value)],
        });

    private static string Text(JsonNode? value) => value!.GetValueKind() == JsonValueKind.Number
        ? decimal.Parse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture)
            .ToString(CultureInfo.InvariantCulture)
        : (string)value!;
}

/// <summary>Options with properties of their own, by the object that has them.</summary>
/// <param name="Source">Of the source of the data.</param>
/// <param name="Training">Of the training.</param>
/// <param name="Network">Of its network.</param>
internal sealed record ConfigParts(Option[] Source, Option[] Training, Option[] Network);
