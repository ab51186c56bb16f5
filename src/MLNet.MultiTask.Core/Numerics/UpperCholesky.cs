using System.Numerics.Tensors;

namespace MLNet.MultiTask.Numerics;

/// <summary>
/// Cholesky factorisation A = Uᵀ·U of a symmetric positive definite float matrix, row-major. Right-looking: 16 rows of
/// U are finished, then their products are subtracted from all that follows by the register tiles of
/// <see cref="PanelProduct"/>. Keeps its work space: one object for each thread.
/// </summary>
internal sealed unsafe class UpperCholesky
{
    private const int Block = PanelProduct.Width;

    private readonly AlignedBuffer _matrix = new(), _negated = new();
    private readonly float* _a, _n;

    /// <param name="order">n, at least 1.</param>
    public UpperCholesky(int order)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        (Order, Stride) = (order, PanelProduct.Panels(order) * PanelProduct.Width);
        _a = _matrix.Reserve(Stride * Stride);
        _n = _negated.Reserve(Block * Stride);
        new Span<float>(_a, Stride * Stride).Clear();
    }

    /// <summary>n.</summary>
    public int Order { get; }

    private int Stride { get; }

    /// <summary>Row i of A from its diagonal on, to be filled in before <see cref="TryFactor"/>; then of U.</summary>
    public Span<float> Row(int i) => new(_a + (nint)i * Stride + i, Order - i);

    /// <summary>Replaces A by U.</summary>
    /// <param name="pivot">The first row whose pivot is not positive (or not a number); n on success.</param>
    /// <returns>False when A is not positive definite.</returns>
    public bool TryFactor(out int pivot)
    {
        for (int start = 0; start < Order; start += Block)
        {
            int end = Math.Min(start + Block, Order);
            for (pivot = start; pivot < end; pivot++)
                if (!FinishRow(pivot, end))
                    return false;
            if (end < Order)
                SubtractBlock(start, end);
        }
        pivot = Order;
        return true;
    }

    /// <summary>Solves A·x = b in place, after <see cref="TryFactor"/>.</summary>
    public void Solve(Span<float> b)
    {
        for (int i = 0; i < Order; i++)
        {
            Span<float> row = Row(i), rest = b[(i + 1)..];
            b[i] /= row[0];
            TensorPrimitives.MultiplyAdd(row[1..], -b[i], rest, rest);
        }
        for (int i = Order - 1; i >= 0; i--)
        {
            ReadOnlySpan<float> row = Row(i);
            b[i] = (b[i] - TensorPrimitives.Dot(row[1..], b[(i + 1)..])) / row[0];
        }
    }

    // Row k of U, and what it takes from the rows of its block below it.
    private bool FinishRow(int k, int end)
    {
        Span<float> row = Row(k);
        if (!(row[0] > 0) || !float.IsFinite(row[0]))
            return false;
        TensorPrimitives.Multiply(row, 1 / MathF.Sqrt(row[0]), row);
        for (int i = k + 1; i < end; i++)
        {
            Span<float> below = Row(i);
            TensorPrimitives.MultiplyAdd(row[(i - k)..], -row[i - k], below, below);
        }
        return true;
    }

    // A[i, j] −= Σ_k U[k, i]·U[k, j] for the rows k of a block and all i ≤ j behind it, in stripes of 16 rows.
    private void SubtractBlock(int start, int end)
    {
        int columns = Stride - end;
        for (int k = start; k < end; k++)
            TensorPrimitives.Negate(new ReadOnlySpan<float>(_a + (nint)k * Stride + end, columns),
                new Span<float>(_n + (k - start) * (nint)Stride, columns));
        for (int i = end; i < Order; i += Block)
        {
            float* c = _a + (nint)i * Stride + i;
            new PanelProduct
            {
                Depth = end - start,
                A = _n + (i - end),
                ARow = 1,
                AColumn = Stride,
                ARun = end - start,
                B = _a + (nint)start * Stride + i,
                BRow = Stride,
                BPanel = PanelProduct.Width,
                C = c,
                CRow = Stride,
                CPanel = PanelProduct.Width,
                Start = c,
                StartRow = Stride,
                StartPanel = PanelProduct.Width,
            }.Run(Math.Min(Block, Order - i), (Stride - i) / PanelProduct.Width);
        }
    }
}
