using System.Numerics.Tensors;

namespace MLNet.MultiTask.Numerics;

/// <summary>
/// L·Lᵀ = A[S, S] + shift for a list S of rows that grows and shrinks by one: what active-set methods factor again and
/// again. Allocates nothing after construction.
/// </summary>
/// <param name="capacity">Most rows.</param>
internal sealed class GrowingCholesky(int capacity)
{
    private readonly double[] _l = new double[capacity * capacity];
    private readonly int[] _rows = new int[capacity];

    /// <summary>S, in order of entry.</summary>
    public ReadOnlySpan<int> Rows => _rows.AsSpan(0, Count);

    /// <summary>Length of S.</summary>
    public int Count { get; private set; }

    /// <summary>Empties S.</summary>
    public void Clear() => Count = 0;

    /// <summary>Appends a row of A (n×n, row-major) in O(|S|²).</summary>
    /// <param name="a">The matrix.</param>
    /// <param name="n">Its order.</param>
    /// <param name="row">The row.</param>
    /// <param name="shift">Added to every entry.</param>
    /// <param name="ridge">Least pivot: rows that depend on those before count as this far away from them.</param>
    public void Add(ReadOnlySpan<double> a, int n, int row, double shift, double ridge)
    {
        _rows[Count] = row;
        Factor(a, n, Count++, shift, ridge);
    }

    /// <summary>Takes out the row at a position of S and factors those behind it anew.</summary>
    public void RemoveAt(ReadOnlySpan<double> a, int n, int position, double shift, double ridge)
    {
        _rows.AsSpan(position + 1, Count - position - 1).CopyTo(_rows.AsSpan(position));
        Count--;
        for (int i = position; i < Count; i++)
            Factor(a, n, i, shift, ridge);
    }

    /// <summary>Solves A[S, S]·x = b in place; entries are in the order of S.</summary>
    public void Solve(Span<double> b)
    {
        for (int i = 0; i < Count; i++)
        {
            ReadOnlySpan<double> row = _l.AsSpan(i * capacity, i + 1);
            b[i] = (b[i] - TensorPrimitives.Dot(row[..i], b[..i])) / row[i];
        }
        for (int i = Count - 1; i >= 0; i--)
        {
            ReadOnlySpan<double> row = _l.AsSpan(i * capacity, i + 1);
            double x = b[i] /= row[i];
            TensorPrimitives.MultiplyAdd(row[..i], -x, b[..i], b[..i]);
        }
    }

    private void Factor(ReadOnlySpan<double> a, int n, int i, double shift, double ridge)
    {
        Span<double> row = _l.AsSpan(i * capacity, i + 1);
        ReadOnlySpan<double> source = a.Slice(_rows[i] * n, n);
        double pivot = source[_rows[i]] + shift;
        for (int j = 0; j < i; j++)
        {
            ReadOnlySpan<double> other = _l.AsSpan(j * capacity, j + 1);
            row[j] = (source[_rows[j]] + shift - TensorPrimitives.Dot(row[..j], other[..j])) / other[j];
            pivot -= row[j] * row[j];
        }
        row[i] = Math.Sqrt(Math.Max(pivot, ridge));
    }
}
