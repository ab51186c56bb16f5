using System.Numerics.Tensors;

namespace MLNet.MultiTask.Training;

/// <summary>
/// One number per task learned by Adam (Kingma and Ba 2015, β = 0.9, 0.999, ε = 10⁻⁸); only tasks that take part move.
/// </summary>
internal sealed class LearnedLogits(int tasks, double start = 0)
{
    private const double FirstDecay = 0.9, SecondDecay = 0.999, Epsilon = 1e-8;

    /// <summary>Per task: the number, both moments, steps made.</summary>
    public double[] State { get; } = [.. Enumerable.Repeat(start, tasks), .. new double[3 * tasks]];

    /// <summary>A task's number.</summary>
    public double this[int task] => State[task];

    /// <summary>Softmax over the tasks that take part.</summary>
    public void SoftMax(ReadOnlySpan<int> present, Span<double> shares)
    {
        for (int i = 0; i < present.Length; i++)
            shares[i] = State[present[i]];
        TensorPrimitives.SoftMax(shares, shares);
    }

    /// <summary>One step of Adam on the numbers of some tasks.</summary>
    public void Descend(ReadOnlySpan<int> present, ReadOnlySpan<double> slopes, double stepSize, double decay = 0)
    {
        for (int i = 0; i < present.Length; i++)
        {
            ref double first = ref State[tasks + present[i]], second = ref State[2 * tasks + present[i]];
            double count = ++State[3 * tasks + present[i]];
            double slope = slopes[i] + decay * State[present[i]];
            first = FirstDecay * first + (1 - FirstDecay) * slope;
            second = SecondDecay * second + (1 - SecondDecay) * slope * slope;
            double mean = first / (1 - Math.Pow(FirstDecay, count));
            double square = second / (1 - Math.Pow(SecondDecay, count));
            State[present[i]] -= stepSize * mean / (Math.Sqrt(square) + Epsilon);
        }
    }
}
