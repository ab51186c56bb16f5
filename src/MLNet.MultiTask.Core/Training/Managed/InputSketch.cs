using System.Runtime.Intrinsics;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Training.Managed;

/// <summary>
/// Random signs that shorten a dense layer's inputs x to k numbers S·x with E⟨Sx, Sy⟩ = ⟨x, y⟩ (Achlioptas 2003). A
/// weight gradient is Σ x·δᵀ over the rows, so a sketch of the inputs is one of the gradient's; its inner products have
/// a standard error of at most √(2/k)·‖g‖‖h‖.
/// </summary>
internal sealed unsafe class InputSketch
{
    private const int Width = PanelProduct.Width;
    private readonly AlignedBuffer _signMemory = new(), _memory = new();
    private readonly BatchBuffers _batch;
    private readonly int _layer, _inputs;
    private readonly float* _signs;

    /// <param name="batch">The batch.</param>
    /// <param name="layer">Number of the layer.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="size">k, a multiple of 16.</param>
    public InputSketch(BatchBuffers batch, int layer, int inputs, int size)
    {
        (_batch, _layer, _inputs, Size) = (batch, layer, inputs, size);
        _signs = _signMemory.Reserve(inputs * size);
        Values = _memory.Reserve(checked((int)(size / Width * batch.PanelStride)));
    }

    /// <summary>k.</summary>
    public int Size { get; }

    /// <summary>The sketches in panels, as the batch's own values.</summary>
    public float* Values { get; }

    /// <summary>Draws new signs: over the steps, errors average out.</summary>
    public void Draw(ulong seed, int step)
    {
        var random = new RandomStream(seed + (ulong)_layer, "gramian sketch", step);
        float scale = 1 / MathF.Sqrt(Size);
        for (int i = 0; i < _inputs * Size; i += Width)
        {
            ulong bits = random.NextUInt64();
            for (int j = 0; j < Width; j++)
                _signs[i + j] = (bits >> j & 1) == 0 ? scale : -scale;
        }
    }

    /// <summary>Sketches some rows.</summary>
    public void Compute(int from, int to)
    {
        for (int row = from; row < to; row++)
            for (int part = 0; part < Size; part += Width)
            {
                Vector256<float> first = default, second = default;
                for (int i = 0; i < _inputs; i++)
                {
                    float value = _batch.Values[_layer][i / Width * _batch.PanelStride + row * Width + i % Width];
                    if (value == 0)
                        continue;
                    float* signs = _signs + i * Size + part;
                    Vector256<float> x = Vector256.Create(value);
                    first = Vector256.FusedMultiplyAdd(x, Vector256.Load(signs), first);
                    second = Vector256.FusedMultiplyAdd(x, Vector256.Load(signs + 8), second);
                }
                float* target = Values + part / Width * _batch.PanelStride + row * Width;
                first.Store(target);
                second.Store(target + 8);
            }
    }
}
