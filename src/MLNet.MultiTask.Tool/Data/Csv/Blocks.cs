namespace MLNet.MultiTask.Tool.Data.Csv;

/// <summary>A growing list in blocks: growing copies no more than the first block.</summary>
internal sealed class Blocks<T> where T : unmanaged
{
    private const int Shift = 16, Length = 1 << Shift;

    private readonly List<T[]> _full = [];
    private T[] _last = new T[16];

    public int Count { get; private set; }

    public T this[int i] => (i >> Shift) < _full.Count ? _full[i >> Shift][i & (Length - 1)] : _last[i & (Length - 1)];

    public void Add(T value)
    {
        int place = Count & (Length - 1);
        if (place == 0 && Count > 0)
        {
            _full.Add(_last);
            _last = new T[Length];
        }
        else if (place == _last.Length)
            Array.Resize(ref _last, Math.Min(Length, 2 * _last.Length));
        _last[place] = value;
        Count++;
    }

    /// <summary>Another list of the same length; this one gives up its blocks on the way.</summary>
    public Blocks<TOther> Convert<TOther>(Func<T, TOther> convert) where TOther : unmanaged
    {
        var other = new Blocks<TOther>();
        for (int b = 0; b <= _full.Count; b++)
        {
            T[] block = b < _full.Count ? _full[b] : _last;
            int count = b < _full.Count ? Length : Count - (b << Shift);
            for (int i = 0; i < count; i++)
                other.Add(convert(block[i]));
            if (b < _full.Count)
                _full[b] = [];
        }
        return other;
    }
}
