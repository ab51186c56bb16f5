using System.Text.Json.Serialization;

namespace MLNet.MultiTask.Tests.Persistence;

internal sealed record TestContent(int X);

[JsonSourceGenerationOptions(UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TestContent))]
internal sealed partial class TestContentJson : JsonSerializerContext;
