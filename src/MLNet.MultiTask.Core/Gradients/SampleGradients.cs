using System.Numerics.Tensors;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Gradients;

/// <summary>
/// Gradients of single samples' losses with respect to the trunk, kept as what they are: in every layer the outer
/// product of a back-signal and the layer's input (the weights) and the back-signal itself (the biases); with layer
/// norm also the gradients by gains and shifts.
/// </summary>
internal sealed class SampleGradients
{
    private readonly float[][][] _inputs, _signals, _norms;
    private readonly float[] _units;

    /// <param name="network">One head per task of the table.</param>
    /// <param name="table">The data.</param>
    /// <param name="rows">Each task's rows, all observed.</param>
    /// <param name="cancellationToken">Looked at every task.</param>
    public SampleGradients(SharedBottomNetwork network, TaskTable table, int[][] rows,
        CancellationToken cancellationToken = default)
    {
        (Shape, Rows) = (network.Shape, rows);
        (_inputs, _signals, _norms) =
            (new float[rows.Length][][], new float[rows.Length][][], new float[rows.Length][][]);
        for (int t = 0; t < rows.Length; t++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var activations = new TrunkActivations(network, table, rows[t]);
            int[] own = [.. Enumerable.Range(0, rows[t].Length)];
            float[][] back = activations.Backward(HeadSignals(network, table, rows[t], t, activations), own);
            (_inputs[t], _signals[t]) = (activations.Layers[..TrunkLayers], back[1..]);
            _norms[t] = [.. Enumerable.Range(0, TrunkLayers).Select(l => NormGradients(activations, l, own.Length))];
        }
        _units = [.. Enumerable.Range(0, TrunkLayers).Select(MeanNorm)];
    }

    public NetworkShape Shape { get; }

    public int[][] Rows { get; }

    public int TrunkLayers => Shape.LayerCount - 1;

    /// <summary>Mean L1 distance of the k-th gradients of two tasks, layers in units of their mean L1 norm.</summary>
    public double Distance(int i, int j)
    {
        int count = Math.Min(Rows[i].Length, Rows[j].Length);
        double sum = 0;
        for (int k = 0; k < count; k++)
            for (int l = 0; l < TrunkLayers; l++)
            {
                ReadOnlySpan<float> a = Input(i, l, k), b = Input(j, l, k), p = Signal(i, l, k), q = Signal(j, l, k);
                double layer = TensorPrimitives.SumOfMagnitudes<float>(Difference(p, q));
                for (int o = 0; o < p.Length; o++)
                    for (int c = 0; c < a.Length; c++)
                        layer += MathF.Abs(p[o] * a[c] - q[o] * b[c]);
                layer += TensorPrimitives.SumOfMagnitudes<float>(Difference(Norm(i, l, k), Norm(j, l, k)));
                sum += layer / _units[l];
            }
        return sum / count;
    }

    /// <summary>
    /// The same over the rows that both tasks hold; there the layers' inputs agree, and the distance of the outer
    /// products factors.
    /// </summary>
    public double PairedDistance(int i, int j)
    {
        double sum = 0;
        int count = 0;
        int[] places = new int[Rows[j].Length], keys = [.. Rows[j]];
        for (int k = 0; k < places.Length; k++)
            places[k] = k;
        Array.Sort(keys, places);
        for (int k = 0; k < Rows[i].Length; k++)
        {
            int found = Array.BinarySearch(keys, Rows[i][k]);
            if (found < 0)
                continue;
            count++;
            for (int l = 0; l < TrunkLayers; l++)
                sum += (TensorPrimitives.SumOfMagnitudes<float>(
                    Difference(Signal(i, l, k), Signal(j, l, places[found])))
                    * (1 + TensorPrimitives.SumOfMagnitudes(Input(i, l, k)))
                    + TensorPrimitives.SumOfMagnitudes<float>(Difference(Norm(i, l, k), Norm(j, l, places[found]))))
                    / (double)_units[l];
        }
        return sum / count;
    }

    private ReadOnlySpan<float> Input(int task, int l, int sample) =>
        _inputs[task][l].AsSpan(sample * Shape.Layer(l).Inputs, Shape.Layer(l).Inputs);

    private ReadOnlySpan<float> Signal(int task, int l, int sample) =>
        _signals[task][l].AsSpan(sample * Shape.Layer(l).Outputs, Shape.Layer(l).Outputs);

    // Gains, then shifts; empty without layer norm.
    private ReadOnlySpan<float> Norm(int task, int l, int sample)
    {
        int length = Shape.LayerNorm ? 2 * Shape.Layer(l).Outputs : 0;
        return _norms[task][l].AsSpan(sample * length, length);
    }

    private float[] NormGradients(TrunkActivations activations, int l, int samples)
    {
        if (!Shape.LayerNorm)
            return [];
        int width = Shape.Layer(l).Outputs;
        var gradients = new float[samples * 2 * width];
        for (int k = 0; k < samples; k++)
        {
            ReadOnlySpan<float> signal = activations.NormSignals[l].AsSpan(k * width, width);
            TensorPrimitives.Multiply(signal, activations.Normalized(l, k), gradients.AsSpan(2 * k * width, width));
            signal.CopyTo(gradients.AsSpan((2 * k + 1) * width));
        }
        return gradients;
    }

    private float MeanNorm(int l)
    {
        double sum = 0;
        int count = 0;
        for (int t = 0; t < Rows.Length; t++)
            for (int k = 0; k < Rows[t].Length; k++, count++)
                sum += TensorPrimitives.SumOfMagnitudes(Signal(t, l, k)) * (1.0
                    + TensorPrimitives.SumOfMagnitudes(Input(t, l, k)))
                    + TensorPrimitives.SumOfMagnitudes(Norm(t, l, k));
        return sum > 0 ? (float)(sum / count) : 1;
    }

    private static float[] HeadSignals(SharedBottomNetwork network, TaskTable table, int[] rows, int task,
        TrunkActivations activations)
    {
        TaskKind kind = network.Shape.Tasks[task].Kind;
        int width = network.Shape.Hidden[^1];
        var signals = new float[rows.Length * width];
        var direction = new float[network.Shape.Tasks[task].OutputCount];
        for (int r = 0; r < rows.Length; r++)
        {
            float label = table.Label(rows[r], task);
            if (kind == TaskKind.Regression)
                label = (label - network.TargetMeans[task]) / network.TargetScales[task];
            OutputLoss loss = OutputLoss.At(kind, activations.Outputs(r, task), label, direction);
            TensorPrimitives.Multiply(direction, -loss.Slope, direction);
            activations.HeadSignal(task, direction, signals.AsSpan(r * width, width));
        }
        return signals;
    }

    private static float[] Difference(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        var difference = new float[x.Length];
        TensorPrimitives.Subtract(x, y, difference);
        return difference;
    }
}
