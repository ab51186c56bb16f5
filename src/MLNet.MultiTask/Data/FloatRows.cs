using System.Runtime.InteropServices;

namespace MLNet.MultiTask.Data;

/// <summary>A matrix that grows by rows while a cursor runs.</summary>
internal sealed class FloatRows(int width)
{
    private readonly List<float> _values = [];

    public int Count => _values.Count / width;

    public float[] ToArray() => [.. _values];

    /// <summary>Room for one more row.</summary>
    /// <exception cref="ArgumentException">The matrix would not fit into an array.</exception>
    public Span<float> Add()
    {
        if ((long)_values.Count + width > Array.MaxLength)
            throw new ArgumentException($"The data has more than {Count} rows of {width} numbers, more than fit " +
                "into memory; use fewer rows", "input");
        CollectionsMarshal.SetCount(_values, _values.Count + width);
        return CollectionsMarshal.AsSpan(_values)[^width..];
    }
}
