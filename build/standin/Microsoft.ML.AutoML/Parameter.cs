using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Microsoft.ML.SearchSpace;

/// <summary>A value or a nest of values; two are equal where their JSON is, so that the order of keys counts.</summary>
[JsonConverter(typeof(ParameterConverter))]
public sealed class Parameter : IEquatable<Parameter>
{
    internal Parameter(JsonNode node) => Node = node;

    internal JsonNode Node { get; }

    public ParameterType ParameterType => Node switch
    {
        JsonObject => ParameterType.Object,
        JsonArray => ParameterType.Array,
        _ => Node.GetValueKind() switch
        {
            JsonValueKind.String => ParameterType.String,
            JsonValueKind.True or JsonValueKind.False => ParameterType.Bool,
            // A number that reads as an integer is one, whatever it was made of.
            _ => Node.ToJsonString().All(c => char.IsAsciiDigit(c) || c == '-')
                ? ParameterType.Integer : ParameterType.Number,
        },
    };

    public ICollection<string> Keys => [.. Node.AsObject().Select(p => p.Key)];

    public int Count => Node is JsonObject nest ? nest.Count : 1;

    public Parameter this[string key]
    {
        get => Node is not JsonObject nest ? throw new NullReferenceException()
            : nest.TryGetPropertyValue(key, out JsonNode value) ? new Parameter(value)
            : throw new KeyNotFoundException($"The given key '{key}' was not present in the dictionary.");
        set => Node.AsObject()[key] = value.Node.DeepClone();
    }

    public static Parameter CreateNestedParameter(params KeyValuePair<string, Parameter>[] parameters) =>
        new(new JsonObject(parameters.Select(p => KeyValuePair.Create(p.Key, p.Value.Node.DeepClone()))));

    public static Parameter FromString(string value) => new(JsonValue.Create(value));

    public static Parameter FromInt(int value) => new(JsonValue.Create(value));

    public static Parameter FromFloat(float value) => new(JsonValue.Create(value));

    public static Parameter FromDouble(double value) => new(JsonValue.Create(value));

    public static Parameter FromBool(bool value) => new(JsonValue.Create(value));

    public T AsType<T>() => Node.Deserialize<T>();

    public bool ContainsKey(string key) => Node is JsonObject nest && nest.ContainsKey(key);

    public bool TryGetValue(string key, out Parameter value)
    {
        value = ContainsKey(key) ? this[key] : null;
        return value is not null;
    }

    public bool Equals(Parameter other) => other is not null && other.ToString() == ToString();

    public override bool Equals(object obj) => Equals(obj as Parameter);

    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Node.ToJsonString();
}
