using System.Runtime.InteropServices;
using MLNet.MultiTask.BuiltIn;

namespace MLNet.MultiTask.Data;

/// <summary>A matrix that grows by rows while a cursor runs.</summary>
internal sealed class NumberRows(int width)
{
    private readonly List<double> _values = [];

    public int Width => width;

    public int Count => _values.Count / width;

    /// <summary>All numbers, row-major.</summary>
    public Span<double> Values => CollectionsMarshal.AsSpan(_values);

    /// <summary>The numbers in single precision.</summary>
    public float[] ToSingles()
    {
        var singles = new float[_values.Count];
        for (int i = 0; i < singles.Length; i++)
            singles[i] = (float)_values[i];
        return singles;
    }

    /// <summary>Room for one more row.</summary>
    /// <exception cref="ArgumentException">The matrix would not fit into an array.</exception>
    public Span<double> Add()
    {
        if ((long)_values.Count + width > Array.MaxLength)
            throw new ArgumentException($"The data has more than {Counted.Of(Count, "row")} of " +
                $"{Counted.Of(width, "number")}, more than fit into memory; use fewer rows", "input");
        CollectionsMarshal.SetCount(_values, _values.Count + width);
        return CollectionsMarshal.AsSpan(_values)[^width..];
    }
}
