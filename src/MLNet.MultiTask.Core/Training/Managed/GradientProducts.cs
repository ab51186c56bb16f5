using System.Runtime.Intrinsics;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Training.Managed;

/// <summary>
/// Inner products of the tasks' gradients by the parameters of one unit. The sums hold what, added to its transpose,
/// is the products: a row of lanes per task.
/// </summary>
internal sealed unsafe class GradientProducts(BatchBuffers batch, TaskSignals signals, SparseRows? sparse)
{
    private const int Width = PanelProduct.Width;

    [ThreadStatic]
    private static AlignedBuffer? _scratch;

    /// <summary>From the gradients themselves: by the inputs, then by bias, gain and shift.</summary>
    /// <param name="l">Number of the layer.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="unit">Unit of the layer, or place of its sketch.</param>
    /// <param name="own">The tasks' signals there: a row of lanes per place.</param>
    /// <param name="values">The layer's inputs in panels, or their sketch; null where they are sparse.</param>
    /// <param name="inputs">How many; 0 leaves out weights and bias.</param>
    /// <param name="places">Rows in which the unit is active; overwritten.</param>
    /// <param name="count">How many.</param>
    /// <param name="sums">Added to.</param>
    public void AddExplicit(int l, in PanelLayer layer, int unit, float* own, float* values, int inputs, int* places,
        int count, double* sums)
    {
        int lanes = signals.Lanes, parameters = 0;
        float* gradient = (_scratch ??= new AlignedBuffer())
            .Reserve((inputs + 3 + OuterTile.Height + OuterTile.Height + 1) * lanes);
        float* products = gradient + (inputs + 3) * lanes;
        if (inputs > 0)
        {
            Sum(own, null, count, gradient + inputs * lanes);
            if (values == null)
                Sparse(layer, own, places, count, gradient);
            else
                Gradient(own, values, inputs, places, count, gradient, products);
            parameters = inputs + 1;
        }
        if (layer.IsNormalized)
        {
            float* normalized = batch.Normalized[l] + unit / Width * batch.PanelStride + unit % Width;
            // With norm every row is a place.
            Sum(signals.OfShift(l, unit), normalized, count, gradient + parameters * lanes);
            Sum(signals.OfShift(l, unit), null, count, gradient + (parameters + 1) * lanes);
            parameters += 2;
        }
        for (int i = 0; i < parameters; i++)
            places[i] = i;
        AddProducts(gradient, gradient, places, parameters, products, symmetric: true, sums);
    }

    /// <summary>By weights and bias, from the products of rows: D·K·Dᵀ as half of it and its transpose; places are
    /// overwritten.</summary>
    public void AddFromKernel(RowKernel kernel, float* own, int* places, int count, double* sums)
    {
        int lanes = signals.Lanes;
        float* halves = (_scratch ??= new AlignedBuffer())
            .Reserve((batch.MaxRows + OuterTile.Height + OuterTile.Height + 1) * lanes);
        float* products = halves + batch.MaxRows * lanes;
        for (int i = 0; i < count; i += OuterTile.Height)
        {
            int last = count - 1 - i;
            float* unused = products;
            new OuterTile
            {
                Places = places + i,
                Count = count - i,
                Halved = Math.Min(OuterTile.Height, count - i),
                A0 = kernel.Row(places[i]),
                A1 = kernel.Row(places[i + Math.Min(1, last)]),
                A2 = kernel.Row(places[i + Math.Min(2, last)]),
                A3 = kernel.Row(places[i + Math.Min(3, last)]),
                AStride = 1,
                B = own + (nint)i * lanes,
                BStride = lanes,
                IsDense = true,
                C0 = halves + (nint)i * lanes,
                C1 = last >= 1 ? halves + (nint)(i + 1) * lanes : unused,
                C2 = last >= 2 ? halves + (nint)(i + 2) * lanes : unused,
                C3 = last >= 3 ? halves + (nint)(i + 3) * lanes : unused,
            }.Run(lanes);
        }
        for (int i = 0; i < count; i++)
            places[i] = i;
        AddProducts(own, halves, places, count, products, symmetric: false, sums);
    }

    /// <summary>
    /// Σ values·signalsᵀ over some places: a row of lanes per input; unused has room for one. The signals lie one after
    /// the other, the values at the places' rows.
    /// </summary>
    public void Gradient(float* own, float* values, int inputs, int* places, int count, float* gradient, float* unused)
    {
        int lanes = signals.Lanes;
        for (int i = 0; i < inputs; i += OuterTile.Height)
        {
            // Four inputs lie in one panel; behind the last input the panel's padding is read.
            float* input = values + i / Width * batch.PanelStride + i % Width;
            int left = inputs - i;
            new OuterTile
            {
                Places = places,
                Count = count,
                A0 = input,
                A1 = input + 1,
                A2 = input + 2,
                A3 = input + 3,
                AStride = Width,
                B = own,
                BStride = lanes,
                IsDense = true,
                C0 = gradient + i * lanes,
                C1 = left > 1 ? gradient + (i + 1) * lanes : unused,
                C2 = left > 2 ? gradient + (i + 2) * lanes : unused,
                C3 = left > 3 ? gradient + (i + 3) * lanes : unused,
            }.Run(lanes);
        }
    }

    private void Sparse(in PanelLayer layer, float* own, int* places, int count, float* gradient)
    {
        int lanes = signals.Lanes;
        float* sum = gradient + layer.Inputs * lanes;
        for (int i = 0; i < layer.Inputs; i++)
            for (int lane = 0; lane < lanes; lane += Vector256<float>.Count)
                (Vector256.Load(sum + lane) * sparse!.Usual[i]).Store(gradient + i * lanes + lane);
        for (int p = 0; p < count; p++)
        {
            int first = batch.Rows[places[p]] * sparse!.Blocks;
            float* signal = own + (nint)p * lanes;
            for (int e = sparse.Starts[first]; e < sparse.Starts[first + sparse.Blocks]; e++)
            {
                float* target = gradient + (nint)sparse.Columns[e] * lanes;
                for (int lane = 0; lane < lanes; lane += Vector256<float>.Count)
                    Vector256.FusedMultiplyAdd(Vector256.Load(signal + lane), Vector256.Create(sparse.Values[e]),
                        Vector256.Load(target + lane)).Store(target + lane);
            }
        }
    }

    private void Sum(float* own, float* factors, int count, float* target)
    {
        int lanes = signals.Lanes;
        for (int lane = 0; lane < lanes; lane += Vector256<float>.Count)
        {
            Vector256<float> sum = default;
            for (int p = 0; p < count; p++)
                sum += Vector256.Load(own + (nint)p * lanes + lane) * (factors == null ? 1 : factors[p * Width]);
            sum.Store(target + lane);
        }
    }

    /// <summary>Adds Σ left·rightᵀ over places; of a symmetric product only the upper triangle, its diagonal by
    /// half.</summary>
    public void AddProducts(float* left, float* right, int* places, int count, float* products, bool symmetric,
        double* sums)
    {
        int lanes = signals.Lanes;
        for (int t = 0; t < signals.Count; t += OuterTile.Height)
        {
            int skip = symmetric ? t / Vector256<float>.Count * Vector256<float>.Count : 0;
            new OuterTile
            {
                Places = places,
                Count = count,
                A0 = left + t,
                A1 = left + t + 1,
                A2 = left + t + 2,
                A3 = left + t + 3,
                AStride = lanes,
                B = right + skip,
                BStride = lanes,
                C0 = products + skip,
                C1 = products + lanes + skip,
                C2 = products + 2 * lanes + skip,
                C3 = products + 3 * lanes + skip,
            }.Run(lanes - skip);
            for (int i = t; i < Math.Min(signals.Count, t + OuterTile.Height); i++)
            {
                float* row = products + (i - t) * lanes;
                if (symmetric)
                {
                    new Span<float>(row + skip, i - skip).Clear();
                    row[i] *= 0.5f;
                }
                AddTo(sums + (nint)i * lanes + skip, row + skip, lanes - skip);
            }
        }
    }

    private static void AddTo(double* sums, float* values, int length)
    {
        for (int i = 0; i < length; i += Vector256<float>.Count)
        {
            (Vector256<double> low, Vector256<double> high) = Vector256.Widen(Vector256.Load(values + i));
            (Vector256.Load(sums + i) + low).Store(sums + i);
            (Vector256.Load(sums + i + 4) + high).Store(sums + i + 4);
        }
    }
}
