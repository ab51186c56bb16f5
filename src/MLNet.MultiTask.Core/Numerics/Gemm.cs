using System.Runtime.InteropServices;

namespace MLNet.MultiTask.Numerics;

/// <summary>
/// Single-precision matrix product in the manner of BLIS (Van Zee, van de Geijn 2015): panels of B are packed, a tile
/// of C (8×32 with AVX-512, 6×16 with AVX2) is kept in vector registers. Every element of C is one chain of
/// multiply-adds over k = 0, 1, 2, …, so its bits depend neither on blocking nor on the number of threads.
/// </summary>
internal static unsafe class Gemm
{
    private const int KBlock = 256;
    private const int MBlock = 192;
    private const int NBlock = 512;

    [ThreadStatic]
    private static AlignedBuffer? _panels;

    /// <summary>C (m×n) = op(A) op(B), added to C if <paramref name="accumulate"/>; all row-major.</summary>
    /// <param name="transposeA">A is stored k×m instead of m×k.</param>
    /// <param name="transposeB">B is stored n×k instead of k×n.</param>
    /// <param name="m">Rows of C.</param>
    /// <param name="n">Columns of C.</param>
    /// <param name="k">Length of the inner products; 0 gives C = 0.</param>
    /// <param name="a">A with at least <paramref name="lda"/> floats a row.</param>
    /// <param name="lda">Distance between rows of A as stored.</param>
    /// <param name="b">B with at least <paramref name="ldb"/> floats a row.</param>
    /// <param name="ldb">Distance between rows of B as stored.</param>
    /// <param name="c">C with at least <paramref name="ldc"/> floats a row.</param>
    /// <param name="ldc">Distance between rows of C.</param>
    /// <param name="accumulate">Adds to C instead of overwriting it.</param>
    /// <param name="threads">Upper limit of threads; the result's bits do not depend on it.</param>
    public static void Multiply(bool transposeA, bool transposeB, int m, int n, int k, ReadOnlySpan<float> a, int lda,
        ReadOnlySpan<float> b, int ldb, Span<float> c, int ldc, bool accumulate = false, int threads = 1)
    {
        ThrowIfTooShort(a.Length, transposeA ? k : m, transposeA ? m : k, lda, nameof(a));
        ThrowIfTooShort(b.Length, transposeB ? n : k, transposeB ? k : n, ldb, nameof(b));
        ThrowIfTooShort(c.Length, m, n, ldc, nameof(c));
        if (m == 0 || n == 0)
            return;
        fixed (float* pa = &MemoryMarshal.GetReference(a), pb = &MemoryMarshal.GetReference(b), pc = c)
        {
            var product = new Product(pa, transposeA ? 1 : lda, transposeA ? lda : 1,
                pb, transposeB ? 1 : ldb, transposeB ? ldb : 1, pc, ldc, k, accumulate);
            if (threads <= 1 || (double)m * n * k < 1 << 18)
            {
                Block(product, 0, m, 0, n);
                return;
            }
            Parts(product, m, n, threads);
        }
    }

    // Apart from Multiply, which must not allocate a closure. Every part packs its own panels of B and waits for none.
    private static void Parts(Product product, int m, int n, int threads)
    {
        bool byColumns = n >= m;
        int size = byColumns ? n : m, grain = byColumns ? 2 * PanelProduct.Width : 8;
        int grains = (size + grain - 1) / grain, parts = Math.Min(threads, grains);
        SharedPool.Run(parts, threads, part =>
        {
            int from = Cut(part), to = Cut(part + 1);
            if (byColumns)
                Block(product, 0, m, from, to);
            else
                Block(product, from, to, 0, n);
        });

        int Cut(int part) => Math.Min(size, (int)((long)grains * part / parts) * grain);
    }

    private static void ThrowIfTooShort(int length, int rows, int columns, int stride, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows, name);
        ArgumentOutOfRangeException.ThrowIfNegative(columns, name);
        if (stride < columns)
            throw new ArgumentException($"Rows of {columns} do not fit a row distance of {stride}", name);
        long needed = rows == 0 || columns == 0 ? 0 : (rows - 1L) * stride + columns;
        if (length < needed)
            throw new ArgumentException($"{length} values given, {rows}×{columns} with row distance {stride} " +
                $"needs {needed}", name);
    }

    private static void Block(in Product p, int row0, int row1, int column0, int column1)
    {
        if (p.K == 0)
        {
            if (!p.Accumulate)
                for (int i = row0; i < row1; i++)
                    new Span<float>(p.C + (nint)i * p.Ldc + column0, column1 - column0).Clear();
            return;
        }
        float* panels = (_panels ??= new AlignedBuffer()).Reserve(KBlock * NBlock + MBlock * PanelProduct.Width);
        float* edge = panels + KBlock * NBlock;
        for (int j0 = column0; j0 < column1; j0 += NBlock)
        {
            int columns = Math.Min(NBlock, column1 - j0);
            for (int k0 = 0; k0 < p.K; k0 += KBlock)
            {
                int depth = Math.Min(KBlock, p.K - k0);
                float* b = p.B + k0 * p.BRow + j0 * p.BColumn;
                // Few rows do not earn back a copy of B; only a last, narrow panel would be read beyond its columns.
                bool few = p.BColumn == 1 && row1 - row0 <= MBlock;
                int direct = few ? columns / PanelProduct.Width * PanelProduct.Width : 0;
                GemmPacking.Pack(b + direct * p.BColumn, p.BRow, p.BColumn, depth, columns - direct, panels);
                for (int i0 = row0; i0 < row1; i0 += MBlock)
                {
                    int rows = Math.Min(MBlock, row1 - i0);
                    if (direct > 0)
                        Panels(p, i0, rows, j0, direct, k0, depth, b, p.BRow, PanelProduct.Width, edge);
                    if (direct < columns)
                        Panels(p, i0, rows, j0 + direct, columns - direct, k0, depth, panels, PanelProduct.Width,
                            depth * PanelProduct.Width, edge);
                }
            }
        }
    }

    private static void Panels(in Product p, int i0, int rows, int j0, int columns, int k0, int depth, float* b,
        nint bRow, nint bPanel, float* edge)
    {
        float* c = p.C + (nint)i0 * p.Ldc + j0;
        bool load = k0 > 0 || p.Accumulate;
        int full = columns / PanelProduct.Width, rest = columns % PanelProduct.Width;
        var product = new PanelProduct
        {
            Depth = depth,
            A = p.A + i0 * p.ARow + k0 * p.AColumn,
            ARow = p.ARow,
            AColumn = p.AColumn,
            ARun = depth,
            B = b,
            BRow = bRow,
            BPanel = bPanel,
            C = c,
            CRow = p.Ldc,
            CPanel = PanelProduct.Width,
            Start = load ? c : null,
            StartRow = p.Ldc,
            StartPanel = PanelProduct.Width,
        };
        product.Run(rows, full);
        if (rest == 0)
            return;
        c += full * PanelProduct.Width;
        if (load)
            Copy(c, p.Ldc, edge, PanelProduct.Width, rows, rest);
        product.B += full * product.BPanel;
        (product.CRow, product.StartRow) = (PanelProduct.Width, PanelProduct.Width);
        product.C = edge;
        product.Start = load ? edge : null;
        product.Run(rows, 1);
        Copy(edge, PanelProduct.Width, c, p.Ldc, rows, rest);
    }

    private static void Copy(float* from, nint fromStride, float* to, nint toStride, int rows, int columns)
    {
        for (int i = 0; i < rows; i++)
            new ReadOnlySpan<float>(from + i * fromStride, columns).CopyTo(new Span<float>(to + i * toStride, columns));
    }

    private readonly struct Product(float* a, nint aRow, nint aColumn, float* b, nint bRow, nint bColumn, float* c,
        nint ldc, int k, bool accumulate)
    {
        public readonly float* A = a;
        public readonly nint ARow = aRow;
        public readonly nint AColumn = aColumn;
        public readonly float* B = b;
        public readonly nint BRow = bRow;
        public readonly nint BColumn = bColumn;
        public readonly float* C = c;
        public readonly nint Ldc = ldc;
        public readonly int K = k;
        public readonly bool Accumulate = accumulate;
    }
}
