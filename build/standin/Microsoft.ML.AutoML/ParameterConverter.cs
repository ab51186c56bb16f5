using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Microsoft.ML.SearchSpace;

internal sealed class ParameterConverter : JsonConverter<Parameter>
{
    public override Parameter Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(JsonNode.Parse(ref reader));

    // NaN and infinities have no JSON: writing them throws, which ends an experiment.
    public override void Write(Utf8JsonWriter writer, Parameter value, JsonSerializerOptions options) =>
        value.Node.WriteTo(writer, options);
}
