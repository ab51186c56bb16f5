using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace MLNet.MultiTask.Persistence;

/// <summary>
/// Reads a container in two steps, so that the holder can refuse the description before anything is allocated:
/// <see cref="Open"/> reads and checks the header, <see cref="ReadSections"/> the arrays and the checksum.
/// Memory stays within a small multiple of the bytes that really are there, whatever the header claims.
/// </summary>
internal sealed class ContainerReader
{
    private readonly HashingReader _input;

    private ContainerReader(HashingReader input, uint version, ContainerHeader header) =>
        (_input, Version, Header) = (input, version, header);

    public uint Version { get; }

    public ContainerHeader Header { get; }

    /// <summary>Reads the prefix and the header from the current position of a stream.</summary>
    /// <param name="stream">A readable stream; it need not be seekable and stays open.</param>
    /// <param name="kind">The kind of container that is expected.</param>
    /// <param name="options">Limits.</param>
    /// <exception cref="ModelFormatException">The file is damaged, foreign, newer, or over a limit.</exception>
    public static ContainerReader Open(Stream stream, string kind, MultiTaskModelLoadOptions options)
    {
        options.Validate();
        var input = new HashingReader(stream);
        Span<byte> prefix = stackalloc byte[Container.PrefixLength];
        input.ReadExactly(prefix[..4], "magic number");
        if (!prefix[..4].SequenceEqual(Container.Magic))
            throw new ModelFormatException("magic number",
                $"'MTSK' expected, found bytes {Convert.ToHexString(prefix[..4])}");
        input.ReadExactly(prefix[4..], "header length");
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(prefix[4..]);
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix[8..]);
        if (version is 0 or > Container.Version)
            throw new ModelFormatException("version", $"the file has format version {version}" +
                $"{Producer(input, headerLength)}, {Container.Producer} reads versions 1 to {Container.Version}");
        if (headerLength is 0 or > Container.MaxHeaderLength)
            throw new ModelFormatException("header length",
                $"{headerLength} bytes; allowed are 1 to {Container.MaxHeaderLength}");

        ContainerHeader header = ContainerHeader.Parse(input.ReadBytes((int)headerLength, "header"));
        if (header.Kind != kind)
            throw new ModelFormatException("kind",
                $"'{kind}' expected, the file holds '{ContainerHeader.Shorten(header.Kind)}'");
        header.ThrowIfInvalid(options.MaxBytes);
        long rest = (header.Sections.Length == 0 ? 0 : header.Sections[^1].End) + SHA256.HashSizeInBytes;
        if (input.Position + rest > options.MaxBytes)
            throw new ModelFormatException("sections",
                $"the file takes {input.Position + rest} bytes, over the limit of {options.MaxBytes}");
        if (stream.CanSeek && stream.Length - stream.Position < rest)
            throw new ModelFormatException("sections",
                $"{rest} more bytes expected after the header, {stream.Length - stream.Position} are there");
        return new ContainerReader(input, version, header);
    }

    /// <summary>What the container at the position of a stream says that it holds; null where it is none.</summary>
    public static string? PeekKind(Stream stream)
    {
        long start = stream.Position;
        try
        {
            var input = new HashingReader(stream);
            Span<byte> prefix = stackalloc byte[Container.PrefixLength];
            input.ReadExactly(prefix, "prefix");
            ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix[8..]);
            if (!prefix[..4].SequenceEqual(Container.Magic) || length is 0 or > Container.MaxHeaderLength)
                return null;
            using JsonDocument header = JsonDocument.Parse(input.ReadBytes((int)length, "header"));
            return header.RootElement.GetProperty("kind").GetString();
        }
        catch (Exception e) when (e is JsonException or ModelFormatException or InvalidOperationException
            or KeyNotFoundException)
        {
            return null;
        }
        finally
        {
            stream.Position = start;
        }
    }

    // Of a header whose format is not known: what a newer library most likely still says. Says "" for anything else.
    private static string Producer(HashingReader input, ulong headerLength)
    {
        try
        {
            using JsonDocument header =
                JsonDocument.Parse(input.ReadBytes((int)Math.Min(headerLength, Container.MaxHeaderLength), "header"));
            return header.RootElement.GetProperty("producer").GetString() is { Length: > 0 } producer
                ? $", written by {ContainerHeader.Shorten(producer)}" : "";
        }
        catch (Exception e) when (e is JsonException or ModelFormatException or InvalidOperationException
            or KeyNotFoundException)
        {
            return "";
        }
    }

    /// <summary>The holder's description, read with the strict rules of the header.</summary>
    public T Content<T>(JsonTypeInfo<T> type)
    {
        try
        {
            return Header.Content.Deserialize(type) ?? throw new ModelFormatException("content", "it is null");
        }
        catch (JsonException e)
        {
            throw new ModelFormatException("content", ContainerHeader.Shorten(e.Message), e);
        }
    }

    /// <summary>
    /// Refuses the file unless its table of sections is exactly what the holder's description implies.
    /// </summary>
    public void ThrowUnlessSectionsAre(IReadOnlyList<(string Name, string Type, long[] Shape)> expected)
    {
        for (int i = 0; i < Math.Max(expected.Count, Header.Sections.Length); i++)
        {
            if (i >= expected.Count)
                throw new ModelFormatException("sections",
                    $"section {ContainerHeader.Shorten(Header.Sections[i].ToString())} is not expected");
            (string name, string type, long[] shape) = expected[i];
            string wanted = $"'{name}' {type}[{string.Join(',', shape)}]";
            if (i >= Header.Sections.Length)
                throw new ModelFormatException(name,
                    $"{wanted} expected, the file ends its table of sections before it");
            SectionInfo found = Header.Sections[i];
            if (found.Name != name || found.Type != type || !found.Shape.AsSpan().SequenceEqual(shape))
                throw new ModelFormatException(name,
                    $"{wanted} expected, found {ContainerHeader.Shorten(found.ToString())}");
        }
    }

    /// <summary>Reads all sections and checks them against the checksum.</summary>
    public IReadOnlyList<Section> ReadSections()
    {
        Section[] sections = [.. Header.Sections.Select(_input.ReadSection)];
        Span<byte> computed = stackalloc byte[SHA256.HashSizeInBytes], stored = stackalloc byte[SHA256.HashSizeInBytes];
        _input.Finish(computed, stored);
        if (!computed.SequenceEqual(stored))
            throw new ModelFormatException("checksum",
                "the bytes do not match the SHA-256 at the end of the file; it is damaged");
        foreach (Section section in sections)
            if (section.IndexOfNotFinite() is >= 0 and int bad)
                throw new ModelFormatException(section.Name, $"value {bad} is not finite");
        return sections;
    }

    /// <summary>Refuses anything that follows the container.</summary>
    public static void ThrowUnlessAtEnd(Stream stream)
    {
        if (stream.ReadByte() >= 0)
            throw new ModelFormatException("end", "more bytes follow the checksum");
    }
}
