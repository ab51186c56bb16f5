using System.Security.Cryptography;

namespace MLNet.MultiTask.Persistence;

/// <summary>Reads exact amounts from a stream and hashes them on the way.</summary>
internal sealed class HashingReader(Stream stream)
{
    private const int Chunk = 1 << 16;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Bytes read so far.</summary>
    public long Position { get; private set; }

    public void ReadExactly(Span<byte> bytes, string section)
    {
        int read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (read < bytes.Length)
            throw new ModelFormatException(section, $"the file ends {bytes.Length - read} bytes too early");
        _hash.AppendData(bytes);
        Position += read;
    }

    /// <summary>Reads an array whose length the file claims; memory grows only as bytes arrive.</summary>
    public byte[] ReadBytes(int length, string section)
    {
        byte[] bytes = new byte[Math.Min(length, Chunk)];
        ReadExactly(bytes, section);
        for (int filled = bytes.Length; filled < length; filled = bytes.Length)
        {
            Array.Resize(ref bytes, (int)Math.Min(length, 2L * filled));
            ReadExactly(bytes.AsSpan(filled), section);
        }
        return bytes;
    }

    /// <summary>
    /// Reads one section straight into its array, or piece by piece where the stream cannot say how long it is.
    /// </summary>
    public Section ReadSection(SectionInfo info)
    {
        int length = (int)(info.End - info.Begin);
        if (stream.CanSeek || length <= Chunk)
        {
            Section section = Section.Allocate(info);
            ReadExactly(section.AsBytes(), info.Name);
            return section;
        }
        byte[] bytes = ReadBytes(length, info.Name);
        Section copy = Section.Allocate(info);
        bytes.CopyTo(copy.AsBytes());
        return copy;
    }

    /// <summary>Reads the stored checksum behind everything read so far.</summary>
    public void Finish(Span<byte> computed, Span<byte> stored)
    {
        _hash.GetHashAndReset(computed);
        _hash.Dispose();
        int read = stream.ReadAtLeast(stored, stored.Length, throwOnEndOfStream: false);
        if (read < stored.Length)
            throw new ModelFormatException("checksum", $"the file ends {stored.Length - read} bytes too early");
    }
}
