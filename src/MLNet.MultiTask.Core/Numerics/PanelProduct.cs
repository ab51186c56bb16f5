using System.Runtime.Intrinsics;

namespace MLNet.MultiTask.Numerics;

/// <summary>
/// One block of a product C = start + A·B, where B lies in panels of 16 columns (each depth×16, contiguous).
/// Every element of C is one chain of multiply-adds over k, so its bits do not depend on how a product is cut into
/// blocks.
/// </summary>
internal unsafe struct PanelProduct
{
    /// <summary>Columns of a panel.</summary>
    public const int Width = 16;

    public PanelProduct()
    {
    }

    /// <summary>Length of the inner products.</summary>
    public int Depth;

    /// <summary>Element (i, k) of A is at <c>A[i·ARow + (k mod ARun)·AColumn + (k div ARun)·AJump]</c>.</summary>
    public float* A;
    public nint ARow, AColumn, AJump;
    public int ARun;

    /// <summary>First panel of B and the distance between panels.</summary>
    public float* B;
    public nint BPanel;

    /// <summary>Distance between rows of a panel.</summary>
    public nint BRow = Width;

    /// <summary>Element (i, j) of C is at <c>C[i·CRow + (j div 16)·CPanel + j mod 16]</c>.</summary>
    public float* C;
    public nint CRow, CPanel;

    /// <summary>What C starts from, laid out like C; null = 0. A row distance of 0 makes it a bias.</summary>
    public float* Start;
    public nint StartRow, StartPanel;

    /// <summary>Clips the finished C at 0.</summary>
    public bool Relu;

    /// <summary>Laid out like C: where it is not positive, the finished C is set to 0; null = nowhere.</summary>
    public float* Gate;

    /// <summary>Panels that hold a number of columns.</summary>
    public static int Panels(int columns) => (columns + Width - 1) / Width;

    /// <summary>
    /// Computes rows × (16·panels) of C, in blocks of k that leave a pair of panels in the first-level cache.
    /// </summary>
    public readonly void RunBlocked(int rows, int panels)
    {
        const int block = 256;
        PanelProduct part = this;
        for (int k = 0; k < Depth; k += block)
        {
            bool last = k + block >= Depth;
            part.Depth = Math.Min(block, Depth - k);
            part.Relu = last && Relu;
            part.Gate = last ? Gate : null;
            part.Run(rows, panels);
            part.A += ARun >= Depth ? block * AColumn : block / ARun * AJump;
            part.B += block * BRow;
            part.Start = C;
            part.StartRow = CRow;
            part.StartPanel = CPanel;
        }
    }

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
        {
            TileKernel.Columns<Lanes512, Vector512<float>>(this, rows, p, 0, p + 1, 0, wide: true);
            Finish(rows, p);
            Finish(rows, p + 1);
        }
        if (panels % 2 == 1)
            Run256(rows, panels - 1, panels);
    }

    public readonly void Run256(int rows, int from, int to)
    {
        for (int p = from; p < to; p++)
        {
            TileKernel.Columns<Lanes256, Vector256<float>>(this, rows, p, 0, p, 8, wide: false);
            Finish(rows, p);
        }
    }

    public readonly void Run128(int rows, int panels)
    {
        for (int p = 0; p < panels; p++)
        {
            TileKernel.Columns<Lanes128, Vector128<float>>(this, rows, p, 0, p, 4, wide: false);
            TileKernel.Columns<Lanes128, Vector128<float>>(this, rows, p, 8, p, 12, wide: false);
            Finish(rows, p);
        }
    }

    private readonly void Finish(int rows, int panel)
    {
        if (!Relu && Gate == null)
            return;
        float* c = C + panel * CPanel, gate = Gate == null ? null : Gate + panel * CPanel;
        for (int i = 0; i < rows; i++, c += CRow, gate += CRow)
            for (int j = 0; j < Width; j += Vector256<float>.Count)
            {
                Vector256<float> value = Vector256.Load(c + j);
                Vector256<float> open = Relu ? value : Vector256.Load(gate + j);
                // Not "greater": NaN must come through.
                Vector256.AndNot(value, Vector256.LessThanOrEqual(open, Vector256<float>.Zero)).Store(c + j);
            }
    }
}
