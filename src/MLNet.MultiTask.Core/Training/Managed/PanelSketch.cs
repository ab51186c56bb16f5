using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Training.Managed;

/// <summary>
/// Which of k places each of some numbers is added to, and with which sign (Charikar, Chen and Farach-Colton 2002).
/// Places are drawn by panels: the 16 numbers of a panel go to 16 places in an order i ⊕ r, panels to k/16 groups as
/// evenly as can be. Two numbers then meet with probability at most 1/k, those of a panel never, so that
/// E⟨Sx, Sy⟩ = ⟨x, y⟩ with a standard error of at most √(2/k)·‖x‖‖y‖; where every panel has a group, S loses nothing.
/// </summary>
internal sealed unsafe class PanelSketch
{
    private const int Width = PanelProduct.Width;
    private readonly AlignedBuffer _memory = new();
    private readonly int _count;

    /// <param name="count">How many numbers.</param>
    /// <param name="size">k, a multiple of 16; no more than the numbers fill is used.</param>
    public PanelSketch(int count, int size)
    {
        (_count, Panels) = (count, PanelProduct.Panels(count));
        Groups = Math.Min(Panels, size / Width);
        (Order, Turns, Starts) = (new int[Panels], new int[Panels], new int[Groups + 1]);
        Signs = _memory.Reserve(Panels * Width);
        for (int g = 0; g < Groups; g++)
            Starts[g + 1] = Starts[g] + (Panels - g + Groups - 1) / Groups;
    }

    /// <summary>Panels of numbers.</summary>
    public int Panels { get; }

    /// <summary>Panels of places.</summary>
    public int Groups { get; }

    /// <summary>k.</summary>
    public int Size => Groups * Width;

    /// <summary>Panels, group by group.</summary>
    public int[] Order { get; }

    /// <summary>Where each group begins there.</summary>
    public int[] Starts { get; }

    /// <summary>r of each panel, below 16.</summary>
    public int[] Turns { get; }

    /// <summary>1 or −1 of each number; 0 behind the last one.</summary>
    public float* Signs { get; }

    /// <summary>Draws anew.</summary>
    public void Draw(ref RandomStream random)
    {
        for (int p = 0; p < Panels; p++)
        {
            Order[p] = p;
            ulong bits = random.NextUInt64();
            Turns[p] = (int)(bits >> 32) & Width - 1;
            for (int i = 0; i < Width; i++)
                Signs[p * Width + i] = p * Width + i >= _count ? 0 : 1 - 2 * (int)(bits >> i & 1);
        }
        random.Shuffle(Order.AsSpan());
    }
}
