using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLNet.MultiTask.Slurm.Files;

/// <summary>A sweep as workers see it (<c>sweep.json</c>).</summary>
/// <param name="Build">What its results' bits depend on.</param>
/// <param name="Data">Hash of its data.</param>
/// <param name="Learners">What a worker makes its learners of.</param>
internal sealed record SweepFile(string Build, string Data, string Learners)
{
    public string ToJson() => JsonSerializer.Serialize(this, SweepFileJson.Default.SweepFile);

    /// <exception cref="WorkerRefusedException">It is not there, or no such file.</exception>
    public static SweepFile Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(SharedFile.Read(path) ?? throw new WorkerRefusedException(
                $"'{path}' is missing; a trial is trained in the folder of its sweep"),
                SweepFileJson.Default.SweepFile)!;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new WorkerRefusedException($"'{path}' cannot be read: {e.Message}", e);
        }
    }
}

[JsonSerializable(typeof(SweepFile))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
internal sealed partial class SweepFileJson : JsonSerializerContext;
