namespace MLNet.MultiTask.Tool.Data.Csv;

/// <summary>A stream whose first bytes were looked at; it is read from the start, also where it cannot seek.</summary>
internal sealed class PeekedStream : Stream
{
    private const int Preview = 1 << 16;

    private readonly Stream _stream;
    private readonly byte[] _head;
    private int _position;

    public PeekedStream(Stream stream)
    {
        _stream = stream;
        var head = new byte[Preview];
        _head = head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
    }

    /// <summary>The first bytes that are not yet read or skipped.</summary>
    public ReadOnlySpan<byte> Head => _head.AsSpan(_position);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Leaves out bytes of the head.</summary>
    public void Skip(int count) => _position += count;

    public override int Read(Span<byte> buffer)
    {
        if (Head.IsEmpty)
            return _stream.Read(buffer);
        int count = Math.Min(buffer.Length, Head.Length);
        Head[..count].CopyTo(buffer);
        _position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _stream.Dispose();
        base.Dispose(disposing);
    }
}
