using System.Numerics.Tensors;

namespace MLNet.MultiTask.Training;

/// <summary>
/// What CoBa remembers: the last epochs' validation losses relative to the first, the slopes seen, and the largest
/// slope of every epoch.
/// </summary>
internal sealed class ConvergenceHistory(int tasks, int window)
{
    private const double Floor = 0.1;

    private readonly double[] _slopes = new double[tasks], _relative = new double[tasks];
    private readonly double[] _absolute = new double[tasks];

    /// <summary>
    /// First losses; a ring of ratios; a ring of absolute slopes; then epochs, Σ of largest slopes and the sum that the
    /// divergence factor's softmax runs over.
    /// </summary>
    public double[] State { get; } = new double[tasks * (1 + 2 * window) + 3];

    /// <summary>Epochs seen.</summary>
    public int Epochs => (int)State[^3];

    private Span<double> First => State.AsSpan(0, tasks);

    private Span<double> Ratios => State.AsSpan(tasks, tasks * window);

    private Span<double> Magnitudes => State.AsSpan(tasks * (1 + window), tasks * window);

    /// <summary>Takes an epoch's validation losses; NaN where a task has none.</summary>
    public void Add(ReadOnlySpan<double> losses)
    {
        int slot = Epochs % window;
        for (int t = 0; t < tasks; t++)
        {
            double loss = double.IsNaN(losses[t]) ? 1 : Math.Max(losses[t], LossFloor.Least);
            if (Epochs == 0)
                First[t] = loss;
            Ratios[slot * tasks + t] = loss / First[t];
        }
        State[^3]++;
        int count = Math.Min(Epochs, window);
        for (int t = 0; t < tasks; t++)
        {
            _slopes[t] = count > 1 ? Slope(t, count) : 0;
            Magnitudes[slot * tasks + t] = Math.Abs(_slopes[t]);
        }
    }

    /// <summary>Writes softmax(T·(DF·RCS + (1 − DF)·ACS)), at least a tenth of an equal share each.</summary>
    public void Weigh(double temperature, Span<double> weights)
    {
        double all = TensorPrimitives.SumOfMagnitudes<double>(_slopes);
        int count = Math.Min(Epochs, window);
        for (int t = 0; t < tasks; t++)
        {
            double own = 0;
            for (int e = 0; e < count; e++)
                own += Magnitudes[e * tasks + t];
            _relative[t] = all > 0 ? tasks * _slopes[t] / all : 0;
            _absolute[t] = own > 0 ? -count * _slopes[t] / own : 0;
        }
        TensorPrimitives.SoftMax<double>(_relative, _relative);
        TensorPrimitives.SoftMax<double>(_absolute, _absolute);
        double share = Divergence(temperature);
        for (int t = 0; t < tasks; t++)
            weights[t] = tasks * (share * _relative[t] + (1 - share) * _absolute[t]);
        TensorPrimitives.SoftMax(weights, weights);
        for (int t = 0; t < tasks; t++)
            weights[t] = Math.Max(weights[t], Floor / tasks);
    }

    /// <summary>
    /// DF = min(1, e·softmaxₑ(−τ·e·α/Σ|α|)) with α the largest slope of epoch e and sums over the epochs so far: near 1
    /// while every task converges, near 0 once one diverges.
    /// </summary>
    private double Divergence(double temperature)
    {
        double largest = TensorPrimitives.Max<double>(_slopes);
        State[^2] += Math.Abs(largest);
        double exponent = State[^2] > 0 ? -temperature * Epochs * largest / State[^2] : 0;
        double own = Math.Exp(Math.Clamp(exponent, -50, 50));
        State[^1] += own;
        return Math.Min(1, Epochs * own / State[^1]);
    }

    private double Slope(int task, int count)
    {
        double meanEpoch = (count - 1) / 2.0, numerator = 0, denominator = 0;
        for (int age = 0; age < count; age++)
        {
            double centred = count - 1 - age - meanEpoch;
            numerator += centred * Ratios[(Epochs - 1 - age) % window * tasks + task];
            denominator += centred * centred;
        }
        return numerator / denominator;
    }
}
