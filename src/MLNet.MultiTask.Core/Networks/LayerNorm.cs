using System.Runtime.Intrinsics;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Networks;

/// <summary>
/// Layer normalisation (Ba, Kiros, Hinton 2016, eq. 4) of one row: n = (z − mean) / √(variance + ε), then
/// gain·n + shift. A row lies in panels of 16 values; in row-major memory the distance between them is 16.
/// Every number is one chain of operations in a fixed order.
/// </summary>
internal static unsafe class LayerNorm
{
    public const float Epsilon = 1e-5f;
    private const int Width = PanelProduct.Width;

    /// <summary>Rows×width, row-major, before layer norm: becomes max(0, gain·n + shift).</summary>
    public static void Apply(float* values, int rows, int width, float* gain, float* shift)
    {
        for (int row = 0; row < rows; row++, values += width)
        {
            Normalize(values, Width, width, values);
            Rescale(values, Width, width, gain, shift, values);
        }
    }

    /// <summary>From z to n, in place; returns 1/√(variance + ε).</summary>
    public static float Normalize(Span<float> row)
    {
        fixed (float* values = row)
            return Normalize(values, Width, row.Length, values);
    }

    /// <summary>Writes n; returns 1/√(variance + ε).</summary>
    public static float Normalize(float* row, nint panelStride, int width, float* normalized)
    {
        float mean = Sum(row, panelStride, width) / width, squares = 0;
        Vector256<float> sum = default;
        int i = 0;
        for (; i <= width - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Vector256<float> centred = Vector256.Load(row + Place(i, panelStride)) - Vector256.Create(mean);
            sum += centred * centred;
        }
        for (; i < width; i++)
            squares += Square(row[Place(i, panelStride)] - mean);
        float scale = 1 / MathF.Sqrt((Vector256.Sum(sum) + squares) / width + Epsilon);
        for (i = 0; i <= width - Vector256<float>.Count; i += Vector256<float>.Count)
            ((Vector256.Load(row + Place(i, panelStride)) - Vector256.Create(mean)) * scale)
                .Store(normalized + Place(i, panelStride));
        for (; i < width; i++)
            normalized[Place(i, panelStride)] = (row[Place(i, panelStride)] - mean) * scale;
        return scale;
    }

    /// <summary>max(0, gain·n + shift); gain and shift are contiguous.</summary>
    public static void Rescale(float* normalized, nint panelStride, int width, float* gain, float* shift, float* output)
    {
        int i = 0;
        for (; i <= width - Vector256<float>.Count; i += Vector256<float>.Count)
            Vector256.Max(Vector256.Load(normalized + Place(i, panelStride)) * Vector256.Load(gain + i) +
                Vector256.Load(shift + i), Vector256<float>.Zero).Store(output + Place(i, panelStride));
        for (; i < width; i++)
            output[Place(i, panelStride)] = MathF.Max(normalized[Place(i, panelStride)] * gain[i] + shift[i], 0);
    }

    /// <summary>
    /// From ∂/∂n to ∂/∂z, in place: scale·(s − mean(s) − n·mean(s∘n)). The Jacobian is symmetric, so the same goes from
    /// a change of z to the change of n.
    /// </summary>
    public static void Differentiate(float* normalized, float scale, nint panelStride, int width, float* signal)
    {
        float mean = Sum(signal, panelStride, width) / width, rest = 0;
        Vector256<float> dot = default;
        int i = 0;
        for (; i <= width - Vector256<float>.Count; i += Vector256<float>.Count)
            dot += Vector256.Load(normalized + Place(i, panelStride)) * Vector256.Load(signal + Place(i, panelStride));
        for (; i < width; i++)
            rest += normalized[Place(i, panelStride)] * signal[Place(i, panelStride)];
        float slope = (Vector256.Sum(dot) + rest) / width;
        for (i = 0; i <= width - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            float* s = signal + Place(i, panelStride);
            ((Vector256.Load(s) - Vector256.Create(mean) -
                Vector256.Load(normalized + Place(i, panelStride)) * slope) * scale).Store(s);
        }
        for (; i < width; i++)
        {
            float* s = signal + Place(i, panelStride);
            *s = (*s - mean - normalized[Place(i, panelStride)] * slope) * scale;
        }
    }

    /// <summary>The same for a row in one piece.</summary>
    public static void Differentiate(ReadOnlySpan<float> normalized, float scale, Span<float> signal)
    {
        fixed (float* n = normalized, s = signal)
            Differentiate(n, scale, Width, signal.Length, s);
    }

    private static float Sum(float* row, nint panelStride, int width)
    {
        Vector256<float> sum = default;
        float rest = 0;
        int i = 0;
        for (; i <= width - Vector256<float>.Count; i += Vector256<float>.Count)
            sum += Vector256.Load(row + Place(i, panelStride));
        for (; i < width; i++)
            rest += row[Place(i, panelStride)];
        return Vector256.Sum(sum) + rest;
    }

    private static nint Place(int i, nint panelStride) => i / Width * panelStride + i % Width;

    private static float Square(float x) => x * x;
}
