using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Networks;

/// <summary>
/// Layer normalisation (Ba, Kiros, Hinton 2016, eq. 4) of one row: n = (z − mean) / √(variance + ε), then
/// max(0, gain·n + shift). A row lies in panels of 16 values; in row-major memory the distance between them is 16. What
/// lies behind the last value of a row in its panel is neither read nor written. Every number is one chain of
/// operations in a fixed order.
/// </summary>
internal static unsafe class LayerNorm
{
    public const float Epsilon = 1e-5f;
    private const int Width = PanelProduct.Width, Half = Width / 2;

    /// <summary>Rows×width, row-major, before layer norm: becomes max(0, gain·n + shift).</summary>
    public static void Apply(float* values, int rows, int width, float* gain, float* shift)
    {
        for (int row = 0; row < rows; row++, values += width)
            Forward(values, values, values, Width, width, gain, shift);
    }

    /// <summary>The same for one row whose n is kept; returns 1/√(variance + ε).</summary>
    public static float Forward(Span<float> row, Span<float> normalized, ReadOnlySpan<float> gain,
        ReadOnlySpan<float> shift)
    {
        fixed (float* z = row, n = normalized, g = gain, s = shift)
            return Forward(z, n, z, Width, row.Length, g, s);
    }

    /// <summary>Writes n, then max(0, gain·n + shift), which may replace it; returns 1/√(variance + ε).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Forward(float* row, float* normalized, float* output, nint panelStride, int width, float* gain,
        float* shift)
    {
        int full = width / Width, rest = width % Width;
        nint last = full * panelStride;
        float sum = 0, squares = 0;
        Vector256<float> low = default, high = default, zero = default;
        float* at = row;
        for (int p = 0; p < full; p++, at += panelStride)
        {
            low += Vector256.Load(at);
            high += Vector256.Load(at + Half);
        }
        for (int i = 0; i < rest; i++)
            sum += row[last + i];
        float mean = (Vector256.Sum(low + high) + sum) / width;
        Vector256<float> centre = Vector256.Create(mean);
        (low, high) = (default, default);
        at = row;
        for (int p = 0; p < full; p++, at += panelStride)
        {
            Vector256<float> a = Vector256.Load(at) - centre, b = Vector256.Load(at + Half) - centre;
            low += a * a;
            high += b * b;
        }
        for (int i = 0; i < rest; i++)
            squares += (row[last + i] - mean) * (row[last + i] - mean);
        float scale = 1 / MathF.Sqrt((Vector256.Sum(low + high) + squares) / width + Epsilon);
        for (int p = 0; p < full; p++, gain += Width, shift += Width)
            for (int half = 0; half < Width; half += Half)
            {
                nint place = p * panelStride + half;
                Vector256<float> n = (Vector256.Load(row + place) - centre) * scale;
                n.Store(normalized + place);
                Vector256.Max(n * Vector256.Load(gain + half) + Vector256.Load(shift + half), zero)
                    .Store(output + place);
            }
        for (int i = 0; i < rest; i++)
        {
            float n = (row[last + i] - mean) * scale;
            normalized[last + i] = n;
            output[last + i] = MathF.Max(n * gain[i] + shift[i], 0);
        }
        return scale;
    }

    /// <summary>
    /// From ∂/∂n to ∂/∂z, in place: scale·(s − mean(s) − n·mean(s∘n)). The Jacobian is symmetric, so the same goes from
    /// a change of z to the change of n.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Differentiate(float* normalized, float scale, nint panelStride, int width, float* signal)
    {
        int full = width / Width, rest = width % Width;
        nint last = full * panelStride;
        float sum = 0, product = 0;
        Vector256<float> low = default, high = default, lowDot = default, highDot = default;
        for (int p = 0; p < full; p++)
        {
            nint place = p * panelStride;
            Vector256<float> a = Vector256.Load(signal + place), b = Vector256.Load(signal + place + Half);
            low += a;
            high += b;
            lowDot += a * Vector256.Load(normalized + place);
            highDot += b * Vector256.Load(normalized + place + Half);
        }
        for (int i = 0; i < rest; i++)
        {
            sum += signal[last + i];
            product += signal[last + i] * normalized[last + i];
        }
        float mean = (Vector256.Sum(low + high) + sum) / width;
        float slope = (Vector256.Sum(lowDot + highDot) + product) / width;
        for (int p = 0; p < full; p++)
            for (int half = 0; half < Width; half += Half)
            {
                nint place = p * panelStride + half;
                ((Vector256.Load(signal + place) - Vector256.Create(mean) -
                    Vector256.Load(normalized + place) * slope) * scale).Store(signal + place);
            }
        for (int i = 0; i < rest; i++)
            signal[last + i] = (signal[last + i] - mean - normalized[last + i] * slope) * scale;
    }

    /// <summary>The same for a row in one piece.</summary>
    public static void Differentiate(ReadOnlySpan<float> normalized, float scale, Span<float> signal)
    {
        fixed (float* n = normalized, s = signal)
            Differentiate(n, scale, Width, signal.Length, s);
    }
}
