using System.Numerics.Tensors;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// A loss that is linear in its outputs: F(x) = Σ_k share_k · mean over member k's rows of ℓ(u + g·x) + ½ Σ_j
/// penalty_j·x_j², ℓ the logistic loss of the margin or the squared error. The offset u enters with coefficient 1 and
/// there is no intercept (Li et al., EnsembleLoRA, ACL 2025). x holds the d shared coordinates, then those of each
/// member's head.
/// </summary>
/// <param name="members">Features of the members.</param>
/// <param name="shares">Weight of each member's mean loss.</param>
/// <param name="dimension">d.</param>
/// <param name="penalties">One per coordinate, not negative.</param>
internal sealed class SubsetObjective(TaskFeatures[] members, double[] shares, int dimension, double[] penalties)
{
    private const int BlockRows = 512;

    private float[] _scaled = [], _product = [];

    /// <summary>Coordinates of x.</summary>
    public int Size => penalties.Length;

    /// <summary>Of a subset, over the features of all tasks.</summary>
    public static SubsetObjective Of(SubsetProblem problem, TaskFeatures[] tasks, int dimension)
    {
        TaskFeatures[] members = [.. problem.Subset.Select(t => tasks[t])];
        double[] shared = [.. Enumerable.Repeat(problem.Lambda, dimension)];
        IEnumerable<double> own = members.SelectMany((m, k) =>
            Enumerable.Repeat(HeadPenalty(problem, k), m.Width - dimension));
        return new SubsetObjective(members, problem.Shares, dimension, [.. shared, .. own]);
    }

    /// <summary>
    /// Penalty of each coordinate of member k's head; that of a member without share is not trained and stays where it
    /// is.
    /// </summary>
    public static double HeadPenalty(SubsetProblem problem, int k) =>
        problem.Shares[k] > 0 && problem.HeadLambdas is not null ? problem.Shares[k] * problem.HeadLambdas[k] : 1;

    /// <summary>F at x, its gradient written.</summary>
    public double Value(ReadOnlySpan<double> x, Span<double> gradient)
    {
        TensorPrimitives.Multiply(x, penalties, gradient);
        double value = 0.5 * TensorPrimitives.Dot(x, gradient);
        for (int k = 0, own = dimension; k < members.Length; own += members[k++].Width - dimension)
        {
            TaskFeatures member = members[k];
            int width = member.Width, heads = width - dimension;
            double share = shares[k] / member.TotalWeight, sum = 0;
            for (int i = 0; i < member.Rows; i++)
            {
                ReadOnlySpan<float> g = member.Features.Slice(i * width, width);
                double change = WideProducts.Dot(g[..dimension], x[..dimension]) +
                    WideProducts.Dot(g[dimension..], x.Slice(own, heads));
                MovedLoss loss = MovedLoss.Of(member.Losses[i], member.IsSquared, change);
                sum += member.Weights[i] * loss.Loss;
                double signal = -share * member.Weights[i] * loss.Slope;
                WideProducts.AddScaled(signal, g[..dimension], gradient[..dimension]);
                WideProducts.AddScaled(signal, g[dimension..], gradient.Slice(own, heads));
            }
            value += share * sum;
        }
        return value;
    }

    /// <summary>Second derivatives of F at x, Size × Size, row-major.</summary>
    public void Hessian(ReadOnlySpan<double> x, Span<double> hessian)
    {
        hessian.Clear();
        for (int i = 0; i < Size; i++)
            hessian[i * Size + i] = penalties[i];
        for (int k = 0, own = dimension; k < members.Length; own += members[k++].Width - dimension)
        {
            int width = members[k].Width, heads = width - dimension;
            Curvature(members[k], shares[k] / members[k].TotalWeight, x[..dimension], x.Slice(own, heads));
            for (int i = 0; i < width; i++)
            {
                Span<double> row = hessian.Slice((i < dimension ? i : own + i - dimension) * Size, Size);
                ReadOnlySpan<float> from = _product.AsSpan(i * width, width);
                WideProducts.AddScaled(1, from[..dimension], row[..dimension]);
                WideProducts.AddScaled(1, from[dimension..], row.Slice(own, heads));
            }
        }
    }

    // _product = share · Σ_i weight_i·curvature_i·g_i g_iᵀ of one member, width × width.
    private void Curvature(TaskFeatures member, double share, ReadOnlySpan<double> shared, ReadOnlySpan<double> own)
    {
        int width = member.Width;
        Resize(ref _scaled, BlockRows * width);
        Resize(ref _product, width * width);
        Array.Clear(_product, 0, width * width);
        for (int from = 0; from < member.Rows; from += BlockRows)
        {
            int rows = Math.Min(BlockRows, member.Rows - from);
            for (int i = 0; i < rows; i++)
            {
                ReadOnlySpan<float> g = member.Features.Slice((from + i) * width, width);
                double change = WideProducts.Dot(g[..dimension], shared) + WideProducts.Dot(g[dimension..], own);
                double curvature = MovedLoss.Of(member.Losses[from + i], member.IsSquared, change).Curvature;
                TensorPrimitives.Multiply(g, (float)(share * member.Weights[from + i] * curvature),
                    _scaled.AsSpan(i * width, width));
            }
            Gemm.Multiply(true, false, width, width, rows, member.Features[(from * width)..], width, _scaled, width,
                _product, width, accumulate: true);
        }
    }

    private static void Resize(ref float[] buffer, int length)
    {
        if (buffer.Length < length)
            buffer = new float[length];
    }
}
