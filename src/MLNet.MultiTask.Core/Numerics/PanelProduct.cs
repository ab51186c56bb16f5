namespace MLNet.MultiTask.Numerics;

/// <summary>
/// One block of a product C = start + A·B, where B lies in panels of 16 columns (each depth×16, contiguous).
/// Every element of C is one chain of multiply-adds over k, so its bits do not depend on how a product is cut into blocks.
/// </summary>
internal unsafe struct PanelProduct
{
    /// <summary>Columns of a panel.</summary>
    public const int Width = 16;

    /// <summary>Length of the inner products.</summary>
    public int Depth;

    /// <summary>Element (i, k) of A is at <c>A[i·ARow + (k mod ARun)·AColumn + (k div ARun)·AJump]</c>.</summary>
    public float* A;
    public nint ARow, AColumn, AJump;
    public int ARun;

    /// <summary>First panel of B and the distance between panels.</summary>
    public float* B;
    public nint BPanel;

    /// <summary>Element (i, j) of C is at <c>C[i·CRow + (j div 16)·CPanel + j mod 16]</c>.</summary>
    public float* C;
    public nint CRow, CPanel;

    /// <summary>What C starts from, laid out like C; null = 0. A row distance of 0 makes it a bias.</summary>
    public float* Start;
    public nint StartRow, StartPanel;

    /// <summary>Computes rows × (16·panels) of C.</summary>
    public readonly void Run(int rows, int panels)
    {
        if (Lanes512.IsSupported)
            Run512(rows, panels);
        else if (Lanes256.IsSupported)
            Run256(rows, 0, panels);
        else
            Run128(rows, panels);
    }

    public readonly void Run512(int rows, int panels)
    {
        for (int p = 0; p + 2 <= panels; p += 2)
            TileKernel.Columns<Lanes512>(this, rows, p, 0, p + 1, 0, wide: true);
        if (panels % 2 == 1)
            Run256(rows, panels - 1, panels);
    }

    public readonly void Run256(int rows, int from, int to)
    {
        for (int p = from; p < to; p++)
            TileKernel.Columns<Lanes256>(this, rows, p, 0, p, 8, wide: false);
    }

    public readonly void Run128(int rows, int panels)
    {
        for (int p = 0; p < panels; p++)
        {
            TileKernel.Columns<Lanes128>(this, rows, p, 0, p, 4, wide: false);
            TileKernel.Columns<Lanes128>(this, rows, p, 8, p, 12, wide: false);
        }
    }
}
