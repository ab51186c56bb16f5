using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace MLNet.MultiTask.Search;

/// <summary>
/// Records by place: the latest in a buffer of fixed size, older ones in a temporary file that goes with the process.
/// Where no file can be written, the buffer grows instead. May be used by several threads.
/// </summary>
/// <param name="folder">Of the file, which is made when the buffer is full for the first time.</param>
/// <param name="bufferBytes">Size of the buffer.</param>
internal sealed class SpillFile(string folder, int bufferBytes = 1 << 18) : IDisposable
{
    private const int LengthBytes = sizeof(int);

    private readonly Lock _lock = new();
    private byte[] _buffer = new byte[bufferBytes];
    private int _buffered;
    private long _spilled;
    private SafeFileHandle? _file;

    /// <summary>Why records stay in memory; null where they need not.</summary>
    public string? Note { get; private set; }

    /// <summary>Keeps a record; returns its place.</summary>
    public long Add(ReadOnlySpan<byte> record)
    {
        lock (_lock)
        {
            int length = LengthBytes + record.Length;
            if (_buffered + length > _buffer.Length && Note is null)
                Spill();
            if (_buffered + length > _buffer.Length)
                Array.Resize(ref _buffer, Math.Max(2 * _buffer.Length, _buffered + length));
            long place = _spilled + _buffered;
            BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_buffered), record.Length);
            record.CopyTo(_buffer.AsSpan(_buffered + LengthBytes));
            _buffered += length;
            return place;
        }
    }

    /// <summary>The record at a place.</summary>
    /// <exception cref="EndOfStreamException">The file was cut off.</exception>
    public byte[] Read(long place)
    {
        lock (_lock)
        {
            Span<byte> length = stackalloc byte[LengthBytes];
            Copy(place, length);
            byte[] record = new byte[BinaryPrimitives.ReadInt32LittleEndian(length)];
            Copy(place + LengthBytes, record);
            return record;
        }
    }

    public void Dispose() => _file?.Dispose();

    private void Copy(long place, Span<byte> bytes)
    {
        if (place >= _spilled)
            _buffer.AsSpan((int)(place - _spilled), bytes.Length).CopyTo(bytes);
        else if (RandomAccess.Read(_file!, bytes, place) < bytes.Length)
            throw new EndOfStreamException($"The temporary file of the sweep in '{folder}' was cut off");
    }

    private void Spill()
    {
        try
        {
            _file ??= Open();
            RandomAccess.Write(_file, _buffer.AsSpan(0, _buffered), _spilled);
            (_spilled, _buffered) = (_spilled + _buffered, 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Note = $"All trials stay in memory, since a temporary file cannot be written: {e.Message.TrimEnd('.')}";
        }
    }

    private SafeFileHandle Open()
    {
        string path = Path.Combine(folder, $"multitask-sweep-{Guid.NewGuid():N}.tmp");
        SafeFileHandle file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete,
            FileOptions.DeleteOnClose);
        // Without a name it goes with the process even where that is killed.
        if (!OperatingSystem.IsWindows())
            File.Delete(path);
        return file;
    }
}
