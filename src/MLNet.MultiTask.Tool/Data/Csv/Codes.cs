namespace MLNet.MultiTask.Tool.Data.Csv;

/// <summary>A growing list of numbers from 0, one or two bytes each as long as they are small enough.</summary>
internal sealed class Codes
{
    private Blocks<byte>? _bytes = new();
    private Blocks<ushort>? _shorts;
    private Blocks<int>? _ints;

    public int Count => _bytes?.Count ?? _shorts?.Count ?? _ints!.Count;

    public int this[int row] => _bytes?[row] ?? _shorts?[row] ?? _ints![row];

    public void Add(int code)
    {
        if (_bytes is not null && code > byte.MaxValue)
            (_shorts, _bytes) = (_bytes.Convert(b => (ushort)b), null);
        if (_shorts is not null && code > ushort.MaxValue)
            (_ints, _shorts) = (_shorts.Convert(s => (int)s), null);
        _bytes?.Add((byte)code);
        _shorts?.Add((ushort)code);
        _ints?.Add(code);
    }

    /// <summary>The numbers looked up in a table; the list is used up.</summary>
    public Blocks<double> Map(double[] table) => _bytes?.Convert(c => table[c]) ?? _shorts?.Convert(c => table[c])
        ?? _ints!.Convert(c => table[c]);
}
