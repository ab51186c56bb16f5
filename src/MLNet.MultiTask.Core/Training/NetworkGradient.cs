using System.Numerics.Tensors;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Training;

/// <summary>Loss and gradient of a network on batches of up to a fixed number of rows; buffers are reused.</summary>
internal sealed class NetworkGradient
{
    private readonly NetworkShape _shape;
    private readonly float[][] _values;
    private readonly float[][] _signals;
    private readonly float[] _labels;
    private readonly float[] _weights;
    private readonly float[] _factors;
    private readonly int _threads;

    public NetworkGradient(NetworkShape shape, int maxRows, int threads)
    {
        (_shape, _threads) = (shape, threads);
        int tasks = shape.Tasks.Count;
        _values = new float[shape.LayerCount + 1][];
        _signals = new float[shape.LayerCount][];
        _values[0] = new float[maxRows * shape.FeatureCount];
        for (int l = 0; l < shape.LayerCount; l++)
        {
            _values[l + 1] = new float[maxRows * shape.Layer(l).Outputs];
            _signals[l] = new float[maxRows * shape.Layer(l).Inputs];
        }
        (_labels, _weights) = (new float[maxRows * tasks], new float[maxRows * tasks]);
        (_factors, WeightSums, Losses) = (new float[tasks], new double[tasks], new double[tasks]);
    }

    /// <summary>Σ of weights per task of the last batch.</summary>
    public double[] WeightSums { get; }

    /// <summary>Per task of the last batch: mean loss after <see cref="Compute"/>, Σ w·ℓ after <see cref="AddLosses"/>.</summary>
    public double[] Losses { get; }

    /// <summary>The gradient of the batch's total loss; <see cref="Losses"/> and <see cref="WeightSums"/> are set.</summary>
    public void Compute(TrainingProblem problem, ReadOnlySpan<int> rows, ReadOnlySpan<float> parameters, Span<float> gradient)
    {
        Forward(problem, rows, parameters);
        MultiTaskLoss.SumWeights(_weights.AsSpan(0, rows.Length * _shape.Tasks.Count), _shape.Tasks.Count, WeightSums);
        double present = MultiTaskLoss.PresentTaskWeight(_shape.Tasks, WeightSums);
        for (int t = 0; t < _factors.Length; t++)
            _factors[t] = WeightSums[t] > 0 && present > 0 ? (float)(_shape.Tasks[t].Weight / (WeightSums[t] * present)) : 0;
        Losses.AsSpan().Clear();
        MultiTaskLoss.Accumulate(_shape, _values[^1], _labels, _weights, rows.Length, _factors, Losses);
        for (int t = 0; t < _factors.Length; t++)
            Losses[t] = WeightSums[t] > 0 ? Losses[t] / WeightSums[t] : 0;
        Backward(rows.Length, parameters, gradient);
    }

    /// <summary>Adds Σ w·ℓ and Σ w of a batch, without gradient.</summary>
    public void AddLosses(TrainingProblem problem, ReadOnlySpan<int> rows, ReadOnlySpan<float> parameters,
        Span<double> losses, Span<double> weightSums)
    {
        Forward(problem, rows, parameters);
        MultiTaskLoss.SumWeights(_weights.AsSpan(0, rows.Length * _shape.Tasks.Count), _shape.Tasks.Count, WeightSums);
        Losses.AsSpan().Clear();
        MultiTaskLoss.Accumulate(_shape, _values[^1], _labels, _weights, rows.Length, _factors, Losses);
        for (int t = 0; t < _factors.Length; t++)
        {
            losses[t] += Losses[t];
            weightSums[t] += WeightSums[t];
        }
    }

    private void Forward(TrainingProblem problem, ReadOnlySpan<int> rows, ReadOnlySpan<float> parameters)
    {
        problem.Gather(rows, _values[0], _labels, _weights);
        for (int l = 0; l < _shape.LayerCount; l++)
        {
            LayerShape layer = _shape.Layer(l);
            Gemm.Multiply(false, true, rows.Length, layer.Outputs, layer.Inputs, _values[l], layer.Inputs,
                parameters[layer.WeightOffset..], layer.Inputs, _values[l + 1], layer.Outputs, threads: _threads);
            DenseLayer.AddBias(_values[l + 1], parameters.Slice(layer.BiasOffset, layer.Outputs), rows.Length,
                relu: l < _shape.LayerCount - 1);
        }
    }

    private void Backward(int rows, ReadOnlySpan<float> parameters, Span<float> gradient)
    {
        float[] signal = _values[^1];
        for (int l = _shape.LayerCount - 1; l >= 0; l--)
        {
            LayerShape layer = _shape.Layer(l);
            Gemm.Multiply(true, false, layer.Outputs, layer.Inputs, rows, signal, layer.Outputs, _values[l], layer.Inputs,
                gradient[layer.WeightOffset..], layer.Inputs, threads: _threads);
            Span<float> bias = gradient.Slice(layer.BiasOffset, layer.Outputs);
            bias.Clear();
            for (int row = 0; row < rows; row++)
                TensorPrimitives.Add(bias, signal.AsSpan(row * layer.Outputs, layer.Outputs), bias);
            if (l == 0)
                return;
            float[] next = _signals[l];
            Gemm.Multiply(false, false, rows, layer.Inputs, layer.Outputs, signal, layer.Outputs,
                parameters[layer.WeightOffset..], layer.Inputs, next, layer.Inputs, threads: _threads);
            for (int i = 0; i < rows * layer.Inputs; i++)
                if (_values[l][i] <= 0)
                    next[i] = 0;
            signal = next;
        }
    }
}
