using System.Runtime.InteropServices;
using System.Text;

namespace MLNet.MultiTask.Tool.Data.Csv;

/// <summary>Different cells of a column, each kept once as UTF-8, numbered in the order of their first row.</summary>
internal sealed class ValuePool
{
    private byte[] _bytes = [];
    private int[] _ends = [];
    // Open addressing: 1 + the number of the value; 0 is free.
    private int[] _slots = new int[8];

    public int Count { get; private set; }

    public ReadOnlySpan<byte> this[int code] => _bytes.AsSpan(Begin(code), _ends[code] - Begin(code));

    public string Text(int code) => Encoding.UTF8.GetString(this[code]);

    /// <summary>The number of a value, which is added if it is new.</summary>
    public int Add(ReadOnlySpan<byte> value)
    {
        int mask = _slots.Length - 1;
        for (int slot = Hash(value) & mask; ; slot = (slot + 1) & mask)
        {
            int code = _slots[slot] - 1;
            if (code < 0)
                return AddAt(slot, value);
            if (this[code].SequenceEqual(value))
                return code;
        }
    }

    private int AddAt(int slot, ReadOnlySpan<byte> value)
    {
        int begin = Begin(Count), end = checked(begin + value.Length);
        if (_bytes.Length < end)
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(end, 2L * _bytes.Length)));
        if (_ends.Length == Count)
            Array.Resize(ref _ends, Math.Max(4, 2 * Count));
        value.CopyTo(_bytes.AsSpan(begin));
        _ends[Count] = end;
        _slots[slot] = ++Count;
        if (4L * Count > 3L * _slots.Length)
            Grow();
        return Count - 1;
    }

    private void Grow()
    {
        _slots = new int[2 * _slots.Length];
        int mask = _slots.Length - 1;
        for (int code = 0; code < Count; code++)
        {
            int slot = Hash(this[code]) & mask;
            while (_slots[slot] != 0)
                slot = (slot + 1) & mask;
            _slots[slot] = code + 1;
        }
    }

    private int Begin(int code) => code == 0 ? 0 : _ends[code - 1];

    private static int Hash(ReadOnlySpan<byte> value)
    {
        ulong hash = (ulong)value.Length * 0x9E3779B97F4A7C15;
        for (; value.Length >= sizeof(ulong); value = value[sizeof(ulong)..])
            hash = RandomStream.Mix(hash ^ MemoryMarshal.Read<ulong>(value));
        ulong rest = 0;
        foreach (byte b in value)
            rest = rest << 8 | b;
        return (int)(RandomStream.Mix(hash ^ rest) & int.MaxValue);
    }
}
