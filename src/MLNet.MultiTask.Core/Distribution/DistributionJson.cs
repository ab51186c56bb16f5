using System.Text.Json.Serialization;
using MLNet.MultiTask.Persistence;

namespace MLNet.MultiTask.Distribution;

[JsonSerializable(typeof(TrialFile))]
[JsonSerializable(typeof(ResultFile))]
[JsonSerializable(typeof(SweepDataContent))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, MaxDepth = 16)]
internal sealed partial class DistributionJson : JsonSerializerContext;

/// <summary>The description of a sweep's data in a container's header.</summary>
internal sealed record SweepDataContent(int Rows, int Features, bool IsSparse, bool HasWeights, bool AllowsMissing,
    TaskContent[] Tasks, ulong[] Seeds);
