using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Training.Managed;

/// <summary>
/// Sets hidden units to 0 at random in training and scales the others up (Srivastava et al. 2014, inverted form).
/// Which ones depends on (seed, step, layer, row, unit) only.
/// </summary>
internal readonly unsafe struct Dropout(float rate, ulong seed, int step)
{
    private const int Width = PanelProduct.Width;
    private readonly ulong _key = new RandomStream(seed, "dropout", step).State;
    private readonly int _threshold = (int)MathF.Round(rate * 65536);

    public bool IsActive => rate > 0;

    /// <summary>What kept units are multiplied by.</summary>
    public float Scale => 1 / (1 - rate);

    /// <summary>Applies it to the outputs of a hidden layer, rows from … to.</summary>
    public void Forward(int layer, float* values, nint panelStride, int panels, int from, int to)
    {
        float scale = Scale;
        for (int p = 0; p < panels; p++)
            for (int row = from; row < to; row++)
            {
                ulong key = RandomStream.Mix(_key ^ (ulong)layer << 56 ^ (ulong)p << 32 ^ (ulong)row);
                float* unit = values + p * panelStride + row * Width;
                for (int j = 0; j < Width; j++)
                {
                    if (j % 4 == 0)
                        key = RandomStream.Mix(key + 0x9E3779B97F4A7C15);
                    unit[j] *= (int)(key >> 16 * (j % 4) & 0xFFFF) < _threshold ? 0 : scale;
                }
            }
    }

    /// <summary>
    /// Scales the signals of a hidden layer; those of dropped units are 0 already, by the layer's ReLU.
    /// </summary>
    public void Backward(float* signals, nint panelStride, int panels, int from, int to)
    {
        for (int p = 0; p < panels; p++)
        {
            var range = new Span<float>(signals + p * panelStride + from * Width, (to - from) * Width);
            System.Numerics.Tensors.TensorPrimitives.Multiply(range, Scale, range);
        }
    }
}
