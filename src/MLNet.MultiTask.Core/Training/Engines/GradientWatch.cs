namespace MLNet.MultiTask.Training;

/// <summary>
/// A network whose steps are watched: before every so many of them, the inner products of the tasks' gradients by the
/// trunk's parameters, of each task's mean loss over the batch, as the step is about to follow them.
/// </summary>
/// <param name="inner">The network.</param>
/// <param name="interval">Steps from one look to the next; the first step is looked at.</param>
/// <param name="see">Given the T×T inner products and the T mean losses (NaN = absent); both are reused.</param>
internal sealed class GradientWatch(ITrainableNetwork inner, int interval, Action<double[], double[]> see)
    : ITrainableNetwork
{
    private readonly float[] _factors = new float[inner.WeightSums.Length];
    private readonly int[] _present = new int[inner.WeightSums.Length];
    private readonly double[] _losses = new double[inner.WeightSums.Length];
    private readonly double[] _own = new double[inner.WeightSums.Length * inner.WeightSums.Length];
    private readonly double[] _all = new double[inner.WeightSums.Length * inner.WeightSums.Length];

    public ReadOnlySpan<double> WeightSums => inner.WeightSums;

    public ReadOnlySpan<double> LossSums => inner.LossSums;

    public void Forward(ReadOnlySpan<int> rows, int step) => inner.Forward(rows, step);

    public void ComputeLosses() => inner.ComputeLosses();

    public void ComputeGramian(ReadOnlySpan<float> factors, ReadOnlySpan<int> tasks, Span<double> gramian) =>
        inner.ComputeGramian(factors, tasks, gramian);

    public void Descend(ReadOnlySpan<float> factors, ReadOnlySpan<float> trunkWeights, int step, float learningRate)
    {
        if ((step - 1) % interval == 0)
            Look();
        inner.Descend(factors, trunkWeights, step, learningRate);
    }

    public void ComputeGradient(ReadOnlySpan<float> factors, ReadOnlySpan<float> trunkWeights, Span<float> gradient) =>
        inner.ComputeGradient(factors, trunkWeights, gradient);

    public void Export(Span<float> parameters) => inner.Export(parameters);

    public OptimizerState Save(int step) => inner.Save(step);

    public void Restore(OptimizerState state) => inner.Restore(state);

    public string? WhereNotFinite() => inner.WhereNotFinite();

    public void Dispose() => inner.Dispose();

    private void Look()
    {
        inner.ComputeLosses();
        int count = 0, tasks = _factors.Length;
        for (int t = 0; t < tasks; t++)
        {
            double weight = inner.WeightSums[t];
            (_factors[t], _losses[t]) =
                weight > 0 ? ((float)(1 / weight), inner.LossSums[t] / weight) : (0, double.NaN);
            if (weight > 0)
                _present[count++] = t;
        }
        inner.ComputeGramian(_factors, _present.AsSpan(0, count), _own.AsSpan(0, count * count));
        Array.Clear(_all);
        for (int i = 0; i < count; i++)
            for (int j = 0; j < count; j++)
                _all[_present[i] * tasks + _present[j]] = _own[i * count + j];
        see(_all, _losses);
    }
}
