using System.Numerics.Tensors;

namespace MLNet.MultiTask.Numerics;

/// <summary>
/// One triangle of a symmetric n×n matrix, row after row. The lower, of which the members are unless they say
/// otherwise, has entry (i, j), j ≤ i, at i(i+1)/2 + j; row i of the upper begins with its diagonal.
/// </summary>
internal static class Packed
{
    /// <summary>Numbers of either triangle.</summary>
    public static int Length(int n) => n * (n + 1) / 2;

    public static int RowStart(int i) => i * (i + 1) / 2;

    /// <summary>Where row i of the upper triangle begins, that is entry (i, i); it has n − i numbers.</summary>
    public static int UpperRowStart(int i, int n) => i * n - i * (i - 1) / 2;

    /// <summary>Index of entry (i, j) in any order of i and j.</summary>
    public static int Index(int i, int j) => i >= j ? RowStart(i) + j : RowStart(j) + i;

    /// <summary>⟨A, B⟩ over the full symmetric matrices.</summary>
    public static double Inner(ReadOnlySpan<double> a, ReadOnlySpan<double> b, int n)
    {
        double diagonal = 0;
        for (int i = 0; i < n; i++)
            diagonal += a[RowStart(i) + i] * b[RowStart(i) + i];
        return 2 * TensorPrimitives.Dot(a, b) - diagonal;
    }

    public static double Trace(ReadOnlySpan<double> a, int n)
    {
        double trace = 0;
        for (int i = 0; i < n; i++)
            trace += a[RowStart(i) + i];
        return trace;
    }

    /// <summary>y = A·x.</summary>
    public static void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> x, Span<double> y)
    {
        y.Clear();
        for (int i = 0; i < x.Length; i++)
        {
            ReadOnlySpan<double> row = a.Slice(RowStart(i), i);
            y[i] += TensorPrimitives.Dot(row, x[..i]) + a[RowStart(i) + i] * x[i];
            TensorPrimitives.MultiplyAdd(row, x[i], y[..i], y[..i]);
        }
    }

    /// <summary>Writes the lower triangle of the n×n row-major matrix.</summary>
    public static void Unpack(ReadOnlySpan<double> a, int n, Span<double> full)
    {
        for (int i = 0; i < n; i++)
            a.Slice(RowStart(i), i + 1).CopyTo(full[(i * n)..]);
    }
}
