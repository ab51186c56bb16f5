using MLNet.MultiTask.Data;
using System.Buffers.Binary;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;

namespace MLNet.MultiTask.Persistence;

/// <summary>
/// The file format of everything this library saves:
/// <code>
/// "MTSK" | u32 version | u64 length of header (≤ 64 MiB) | header, UTF-8 JSON | sections, contiguous in header order |
/// SHA-256 of all before
/// </code>
/// Numbers are little-endian. Nothing in a file is a path, a type name or code.
/// </summary>
internal static class Container
{
    /// <summary>
    /// The newest version. 2 added layer norm and the split of rows to models, 3 models of other kinds than networks, 4
    /// the parts of an affinity.
    /// </summary>
    public const uint Version = AffinityParts;

    /// <summary>The version that models are written in.</summary>
    public const uint Models = 3;

    /// <summary>The first version in which an affinity may have parts and warnings.</summary>
    public const uint AffinityParts = 4;
    public const int PrefixLength = 16;
    public const int MaxHeaderLength = 1 << 26;

    /// <summary>Deepest nesting of a header's JSON: a model of models has depth 10.</summary>
    public const int MaxDepth = 24;

    public static ReadOnlySpan<byte> Magic => "MTSK"u8;

    /// <summary>Version of the library, written for information only.</summary>
    public static string Producer { get; } = $"MLNet.MultiTask {typeof(Container).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0]}";

    /// <summary>Writes a container to the current position of a stream, which stays open.</summary>
    /// <param name="stream">A writable stream; it need not be seekable.</param>
    /// <param name="kind">What the container holds.</param>
    /// <param name="content">
    /// The holder's description; together with the table of sections at most 64 MiB of JSON.
    /// </param>
    /// <param name="sections">The arrays, in order.</param>
    /// <param name="version">
    /// The oldest version of the format that has everything used, so that older libraries read what they can.
    /// </param>
    public static void Write(Stream stream, string kind, JsonElement content, IReadOnlyList<Section> sections,
        uint version = 1)
    {
        var description = new ContainerHeader(kind, Producer, content, Table(sections));
        byte[] header = JsonSerializer.SerializeToUtf8Bytes(description, ContainerJson.Default.ContainerHeader);
        if (header.Length > MaxHeaderLength)
            throw new ArgumentException($"The description of the {kind} takes {Counted.Of(header.Length, "byte")}, " +
                $"over the limit of {MaxHeaderLength}; " +
                "fewer or shorter task and class names are needed", nameof(content));

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> prefix = stackalloc byte[PrefixLength];
        Magic.CopyTo(prefix);
        BinaryPrimitives.WriteUInt32LittleEndian(prefix[4..], version);
        BinaryPrimitives.WriteUInt64LittleEndian(prefix[8..], (ulong)header.Length);
        WriteHashed(prefix);
        WriteHashed(header);
        foreach (Section section in sections)
            WriteHashed(section.AsBytes());
        stream.Write(hash.GetHashAndReset());

        void WriteHashed(ReadOnlySpan<byte> bytes)
        {
            hash.AppendData(bytes);
            stream.Write(bytes);
        }
    }

    /// <summary>Whether building a thing from a description failed because the description is wrong.</summary>
    public static bool IsDamage(Exception e) =>
        e is not (ModelFormatException or IOException or OutOfMemoryException or OperationCanceledException);

    private static SectionInfo[] Table(IReadOnlyList<Section> sections)
    {
        var table = new SectionInfo[sections.Count];
        long position = 0;
        for (int i = 0; i < table.Length; i++)
        {
            Section section = sections[i];
            if (section.IndexOfNotFinite() is >= 0 and int bad)
                throw new ArgumentException($"Value {bad} of section '{section.Name}' is not finite; such a model " +
                    "cannot be saved", nameof(sections));
            table[i] = new SectionInfo(section.Name, section.Type, section.Shape, position, position += section.Bytes);
        }
        return table;
    }
}
