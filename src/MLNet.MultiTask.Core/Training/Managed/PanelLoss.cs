using System.Runtime.Intrinsics;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Training.Managed;

/// <summary>
/// Logistic loss, cross entropy and squared error of a batch in panels. Labels become w·ℓ, raw outputs become
/// w·c·∂ℓ/∂z.
/// </summary>
internal static unsafe class PanelLoss
{
    private const int Width = PanelProduct.Width;

    /// <summary>
    /// Rows <paramref name="from"/> to <paramref name="to"/>; <paramref name="factors"/> holds c per column.
    /// </summary>
    public static void Apply(OutputColumns columns, BatchBuffers batch, int from, int to, float* factors)
    {
        float* outputs = batch.Values[^1];
        // Multi-class first: its targets lie where the element-wise pass puts losses.
        foreach (int t in columns.Multiclass)
            for (int row = from; row < to; row++)
                CrossEntropy(outputs, batch, row, columns.First[t], columns.Tasks[t].OutputCount,
                    factors[columns.First[t]]);
        if (columns.Multiclass.Length == columns.Tasks.Count)
            return;
        fixed (float* regression = columns.Regression, elementwise = columns.Elementwise)
            for (int j = 0; j < columns.Count; j += Vector256<float>.Count)
            {
                nint offset = j / Width * batch.PanelStride + j % Width;
                Elementwise(outputs + offset, batch.Labels + offset, batch.Weights + offset, from, to,
                    Vector256.Load(factors + j), Vector256.Load(regression + j), Vector256.Load(elementwise + j));
            }
    }

    private static void Elementwise(float* outputs, float* labels, float* weights, int from, int to,
        Vector256<float> factor, Vector256<float> regression, Vector256<float> elementwise)
    {
        Vector256<float> zero = Vector256<float>.Zero, one = Vector256<float>.One;
        Vector256<float> squared = Vector256.GreaterThan(regression, zero);
        Vector256<float> own = Vector256.GreaterThan(elementwise, zero);
        for (int row = from; row < to; row++)
        {
            float* at = outputs + row * Width;
            Vector256<float> z = Vector256.Load(at), y = Vector256.Load(labels + row * Width);
            Vector256<float> w = Vector256.Load(weights + row * Width);
            Vector256<float> e = VectorMath.ExpOfNegative(-Vector256.Abs(z)), inverse = one / (one + e);
            Vector256<float> sigmoid = Vector256.ConditionalSelect(Vector256.GreaterThanOrEqual(z, zero), inverse,
                e * inverse);
            Vector256<float> error = z - y;
            Vector256<float> loss = Vector256.ConditionalSelect(squared, error * error,
                Vector256.Max(z, zero) - y * z + VectorMath.LogOfOnePlus(e));
            Vector256<float> slope = Vector256.ConditionalSelect(squared, error + error, sigmoid - y);
            Vector256<float> seen = Vector256.GreaterThan(w, zero);
            Vector256.ConditionalSelect(own, seen & (slope * (w * factor)), z).Store(at);
            Vector256.ConditionalSelect(own, seen & (loss * w), y).Store(labels + row * Width);
        }
    }

    private static void CrossEntropy(float* outputs, BatchBuffers batch, int row, int first, int classes, float factor)
    {
        nint stride = batch.PanelStride, place = first / Width * stride + row * Width + first % Width;
        float weight = batch.Weights[place];
        int label = (int)batch.Labels[place];
        float max = float.NegativeInfinity, sum = 0;
        float* panel = outputs + row * Width;
        for (int k = first; k < first + classes; k++)
            max = MathF.Max(max, panel[k / Width * stride + k % Width]);
        for (int k = first; k < first + classes; k++)
            sum += MathF.Exp(panel[k / Width * stride + k % Width] - max);
        int own = first + label;
        batch.Labels[place] = weight > 0 ? weight * (max + MathF.Log(sum) - panel[own / Width * stride + own % Width])
            : 0;
        float scale = weight * factor;
        for (int k = first; k < first + classes; k++)
        {
            float* z = panel + k / Width * stride + k % Width;
            *z = weight > 0 ? scale * (MathF.Exp(*z - max) / sum - (k == own ? 1 : 0)) : 0;
        }
    }
}
