using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLNet.MultiTask.Persistence;

/// <summary>
/// The JSON part of a container: what it holds, who wrote it, the holder's own description and the table of sections.
/// </summary>
internal sealed record ContainerHeader(string Kind, string Producer, JsonElement Content, SectionInfo[] Sections)
{
    /// <summary>
    /// Sections follow one another from 0 without hole or overlap, and each is as long as its shape says.
    /// </summary>
    public void ThrowIfInvalid(long maxBytes)
    {
        long position = 0;
        foreach (SectionInfo section in Sections)
        {
            if (section is null)
                throw new ModelFormatException("header", "the table of sections holds a null");
            int elementSize = SectionType.ElementSize(section.Type);
            if (elementSize == 0)
                throw new ModelFormatException(Shorten(section.Name),
                    $"section type '{Shorten(section.Type)}' is unknown");
            long count = SectionInfo.Count(section.Shape);
            if (count < 0)
                throw new ModelFormatException(Shorten(section.Name),
                    $"its shape [{Shorten(string.Join(',', section.Shape))}] " +
                    "has a negative size or overflows");
            if (section.Begin != position)
                throw new ModelFormatException(Shorten(section.Name),
                    $"it begins at byte {section.Begin}, but the section before it ends at {position}");
            if (section.End < section.Begin || section.End - section.Begin != count * elementSize)
                throw new ModelFormatException(Shorten(section.Name),
                    $"bytes {section.Begin} to {section.End} do not hold {count} {section.Type} values");
            if (section.End - section.Begin > Array.MaxLength)
                throw new ModelFormatException(Shorten(section.Name), "it is longer than 2 GiB");
            position = section.End;
            if (position > maxBytes)
                throw new ModelFormatException(Shorten(section.Name),
                    $"it ends at byte {position}, over the limit of {maxBytes} bytes");
        }
    }

    /// <summary>
    /// Reads the header; anything but one well-formed object with exactly the known properties is refused.
    /// </summary>
    public static ContainerHeader Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ContainerJson.Default.ContainerHeader)
                ?? throw new ModelFormatException("header", "it is null");
        }
        catch (JsonException e)
        {
            throw new ModelFormatException("header", Shorten(e.Message), e);
        }
    }

    internal static string Shorten(string text) => text.Length <= 200 ? text : text[..200] + "…";
}

/// <summary>
/// Strict JSON: depth at most 24, no unknown, missing, repeated or null properties, no trailing comma, no comment.
/// </summary>
[JsonSourceGenerationOptions(MaxDepth = Container.MaxDepth, AllowTrailingCommas = false,
    ReadCommentHandling = JsonCommentHandling.Disallow,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ContainerHeader))]
internal sealed partial class ContainerJson : JsonSerializerContext;
