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
    private readonly float[] _factor, _cross, _gradient;
    private readonly int _dimension;

    /// <param name="statistics">Of all tasks, heads included.</param>
    /// <param name="task">The task.</param>
    /// <param name="lambda">Ridge penalty of its head, positive.</param>
    public EliminatedHead(TaskStatistics statistics, int task, double lambda)
    {
        int d = statistics.Dimension, size = statistics.Sizes[task], q = size - d;
        ReadOnlySpan<float> h = statistics.Hessians[task];
        (_dimension, _factor, _cross, _gradient) =
            (d, new float[q * q], new float[q * d], statistics.Gradients[task][d..]);
        for (int i = 0; i < q; i++)
        {
            ReadOnlySpan<float> row = h.Slice((d + i) * size, size);
            row[..d].CopyTo(_cross.AsSpan(i * d));
            row[d..].CopyTo(_factor.AsSpan(i * q));
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
        Hessian = new float[d * d];
        Gemm.Multiply(true, false, d, d, q, x, d, x, d, Hessian, d);
        for (int i = 0; i < d; i++)
            TensorPrimitives.Subtract(h.Slice(i * size, d), Hessian.AsSpan(i * d, d), Hessian.AsSpan(i * d, d));
    }

    /// <summary>H̃, d×d.</summary>
    public float[] Hessian { get; }

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
