using System.Runtime.Intrinsics;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Gradients;

/// <summary>Some labels of a task with its outputs there, whose losses are summed several at a time.</summary>
/// <param name="outputs">Most outputs of a task.</param>
internal sealed class LossCells(int outputs)
{
    /// <summary>Most cells.</summary>
    public const int Most = 256;

    // Margin of a classification, error of a regression.
    private readonly float[] _values = new float[Most], _weights = new float[Most], _direction = new float[outputs];
    private int _count;

    /// <summary>Forgets all cells.</summary>
    public void Clear() => _count = 0;

    /// <summary>Takes a cell.</summary>
    /// <param name="kind">Kind of task; the same of all cells.</param>
    /// <param name="z">The task's raw outputs.</param>
    /// <param name="target">0/1, class index, or the standardised target.</param>
    /// <param name="weight">Positive.</param>
    public void Add(TaskKind kind, ReadOnlySpan<float> z, float target, float weight)
    {
        _values[_count] = kind switch
        {
            TaskKind.Regression => target - z[0],
            TaskKind.Binary => target > 0.5f ? z[0] : -z[0],
            _ => OutputLoss.At(kind, z, target, _direction.AsSpan(0, z.Length)).Value,
        };
        _weights[_count++] = weight;
    }

    /// <summary>Sum of the cells' losses, as <see cref="OutputLoss"/> has them, times their weights.</summary>
    public LossSum Sum(TaskKind kind)
    {
        int width = Vector256<float>.Count, end = (_count + width - 1) / width * width;
        _values.AsSpan(_count, end - _count).Clear();
        _weights.AsSpan(_count, end - _count).Clear();
        Vector256<double> total = Vector256<double>.Zero, weight = total;
        for (int i = 0; i < end; i += width)
        {
            Vector256<float> value = Vector256.Create(_values, i), weights = Vector256.Create(_weights, i);
            Vector256<float> loss = kind == TaskKind.Regression ? value * value : Logistic(value);
            (Vector256<double> low, Vector256<double> high) = Vector256.Widen(loss * weights);
            total += low + high;
            (low, high) = Vector256.Widen(weights);
            weight += low + high;
        }
        return new LossSum(Vector256.Sum(total), Vector256.Sum(weight));
    }

    // log(1 + e^−m), stable on both sides.
    private static Vector256<float> Logistic(Vector256<float> margin) =>
        Vector256.Max(Vector256<float>.Zero, -margin)
        + VectorMath.LogOfOnePlus(VectorMath.ExpOfNegative(-Vector256.Abs(margin)));
}

/// <summary>Σ of weight·loss and of weights.</summary>
internal readonly record struct LossSum(double Total, double Weight)
{
    public static LossSum operator +(LossSum a, LossSum b) => new(a.Total + b.Total, a.Weight + b.Weight);
}
