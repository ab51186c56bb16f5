namespace MLNet.MultiTask.Tests.Persistence;

/// <summary>Cannot seek, reads in small pieces, may fail.</summary>
internal sealed class AwkwardStream(byte[] content) : MemoryStream(content)
{
    public int MaxRead { get; init; } = int.MaxValue;

    public long ThrowAt { get; init; } = long.MaxValue;

    public long BytesRead => base.Position;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int ReadByte()
    {
        Span<byte> one = stackalloc byte[1];
        return ReadBytes(one) == 0 ? -1 : one[0];
    }

    public override int Read(Span<byte> buffer) => ReadBytes(buffer);

    public override int Read(byte[] buffer, int offset, int count) => ReadBytes(buffer.AsSpan(offset, count));

    private int ReadBytes(Span<byte> buffer)
    {
        if (base.Position >= ThrowAt)
            throw new IOException("broken");
        byte[] piece = new byte[Math.Min(buffer.Length, MaxRead)];
        int read = base.Read(piece, 0, piece.Length);
        piece.AsSpan(0, read).CopyTo(buffer);
        return read;
    }
}

/// <summary>Says its length at first and then ends half-way.</summary>
internal sealed class ShrinkingStream(byte[] content) : MemoryStream(content)
{
    public override int Read(Span<byte> buffer) =>
        Position > Length / 2 ? 0 : base.Read(buffer.Length > 64 ? buffer[..64] : buffer);
}

/// <summary>A disk with little room.</summary>
internal sealed class QuotaStream(Stream inner, long quota) : MemoryStream
{
    private long _written;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        int room = (int)Math.Min(buffer.Length, quota - _written);
        inner.Write(buffer[..room]);
        _written += room;
        if (room < buffer.Length)
            throw new IOException("disk full");
    }
}
