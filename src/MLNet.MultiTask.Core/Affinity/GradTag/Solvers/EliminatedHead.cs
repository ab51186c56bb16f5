using System.Buffers;
using System.Numerics.Tensors;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// A task's statistics with its head always where it is best for the step w of the trunk. With A = H_φφ + λI these are
/// the Schur complement H̃ = H_ww − H_wφ A⁻¹ H_φw and c̃ = c_w − H_wφ A⁻¹ c_φ, which add up over tasks as H_t and c_t
/// do, since no other task's loss depends on the head; the head then follows as φ = A⁻¹(c_φ − H_φw w).
/// </summary>
internal sealed class EliminatedHead
{
    private readonly float[] _factor, _cross, _gradient, _hessian;
    private readonly int _dimension;

    /// <param name="statistics">Of all tasks, heads included.</param>
    /// <param name="task">The task.</param>
    /// <param name="lambda">Ridge penalty of its head, positive.</param>
    public EliminatedHead(TaskStatistics statistics, int task, double lambda)
    {
        int d = statistics.Dimension, size = statistics.Sizes[task], q = size - d;
        (_dimension, _factor, _cross, _gradient) =
            (d, new float[q * q], new float[q * d], statistics.Gradients[task][d..]);
        for (int i = 0; i < d; i++)
        {
            ReadOnlySpan<float> row = statistics.HessianRow(task, i)[(d - i)..];
            for (int j = 0; j < q; j++)
                _cross[j * d + i] = row[j];
        }
        for (int i = 0; i < q; i++)
        {
            ReadOnlySpan<float> row = statistics.HessianRow(task, d + i);
            for (int j = i; j < q; j++)
                _factor[j * q + i] = row[j - i];
            _factor[i * q + i] += (float)lambda;
        }
        if (!Cholesky.TryFactor<float>(_factor, q, out int pivot))
            throw new InvalidOperationException(
                $"The curvature of the head of task {task} plus λ = {lambda} is not positive definite " +
                $"(pivot {pivot} of {q}); a larger λ is needed");

        // A = LLᵀ, X = L⁻¹H_φw and y = L⁻¹c_φ give H̃ = H_ww − XᵀX and c̃ = c_w − Xᵀy.
        float[] x = [.. _cross], y = [.. _gradient];
        Cholesky.SolveLower<float>(_factor, q, y);
        Gradient = statistics.Gradients[task][..d];
        for (int i = 0; i < q; i++)
        {
            Span<float> row = x.AsSpan(i * d, d);
            for (int j = 0; j < i; j++)
                TensorPrimitives.MultiplyAdd(x.AsSpan(j * d, d), -_factor[i * q + j], row, row);
            TensorPrimitives.Divide(row, _factor[i * q + i], row);
            TensorPrimitives.MultiplyAdd(row, -y[i], Gradient, Gradient);
        }
        _hessian = new float[Packed.Length(d)];
        float[] square = ArrayPool<float>.Shared.Rent(d * d);
        Gemm.Multiply(true, false, d, d, q, x, d, x, d, square, d);
        for (int i = 0; i < d; i++)
            TensorPrimitives.Subtract(statistics.HessianRow(task, i)[..(d - i)], square.AsSpan(i * d + i, d - i),
                _hessian.AsSpan(Packed.UpperRowStart(i, d), d - i));
        ArrayPool<float>.Shared.Return(square);
    }

    /// <summary>Numbers that one holds, with d directions of the trunk and q of the head.</summary>
    public static long Size(int d, int q) => Packed.Length(d) + (long)q * q + (long)q * d + q + d;

    /// <summary>Row i of H̃, d×d and symmetric, from its diagonal on.</summary>
    public ReadOnlySpan<float> HessianRow(int i) =>
        _hessian.AsSpan(Packed.UpperRowStart(i, _dimension), _dimension - i);

    /// <summary>c̃, length d.</summary>
    public float[] Gradient { get; }

    /// <summary>Where the head goes when the trunk makes the step w.</summary>
    public float[] Step(ReadOnlySpan<float> w)
    {
        float[] step = [.. _gradient];
        for (int i = 0; i < step.Length; i++)
            step[i] -= TensorPrimitives.Dot(_cross.AsSpan(i * _dimension, _dimension), w);
        Cholesky.Solve<float>(_factor, step.Length, step);
        return step;
    }
}
