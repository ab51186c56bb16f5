using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch;

/// <summary>One tensor as a matrix of first dimension × rest, kept as two factors where that is smaller.</summary>
internal sealed class LowRankBlock
{
    private readonly int _rows, _columns, _rank;

    public LowRankBlock(MergingBlock block, double share)
    {
        Block = block;
        _rows = block.Shape.Length < 2 ? 1 : (int)block.Shape[0];
        _columns = block.Length / _rows;
        int most = Math.Min(_rows, _columns);
        _rank = Math.Clamp((int)Math.Ceiling(share * most), 1, most);
        IsFactored = _rank * (_rows + _columns) < block.Length;
    }

    public MergingBlock Block { get; }

    public bool IsFactored { get; }

    /// <summary>Numbers kept.</summary>
    public int Kept => IsFactored ? _rank * (_rows + _columns) : Block.Length;

    /// <summary>U·S (rows×r) and Vᵀ (r×columns) of the best approximation of rank r; the tensor itself where that is no
    /// larger.</summary>
    public float[] Factor(float[] numbers)
    {
        if (!IsFactored)
            return numbers;
        using var scope = NewDisposeScope();
        (Tensor u, Tensor s, Tensor vh) = linalg.svd(tensor(numbers, [_rows, _columns]), fullMatrices: false);
        var kept = new float[Kept];
        Tensors.CopyTo(u.narrow(1, 0, _rank) * s.narrow(0, 0, _rank), kept.AsSpan(0, _rows * _rank), "factors");
        Tensors.CopyTo(vh.narrow(0, 0, _rank), kept.AsSpan(_rows * _rank), "factors");
        return kept;
    }

    /// <summary>The tensor of what is kept.</summary>
    public float[] Expand(ReadOnlySpan<float> kept)
    {
        if (!IsFactored)
            return kept.ToArray();
        using var scope = NewDisposeScope();
        var numbers = new float[Block.Length];
        Tensors.CopyTo(tensor(kept[..(_rows * _rank)].ToArray(), [_rows, _rank])
            .mm(tensor(kept[(_rows * _rank)..].ToArray(), [_rank, _columns])), numbers, "product");
        return numbers;
    }
}
