using System.Numerics.Tensors;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Linear;

/// <summary>The proximal steps of the penalties: what is nearest to W and has less of the penalty.</summary>
internal static class Penalty
{
    // How much less the mean of the tasks is held than their deviations from it.
    private const double MeanShare = 0.1;

    /// <summary>argmin_V ½‖V − W‖² + amount·penalty(V), in place.</summary>
    public static void Shrink(LinearPenalty penalty, double[] weights, int outputs, double amount,
        CancellationToken cancellationToken = default)
    {
        switch (penalty)
        {
            case LinearPenalty.Ridge:
                TensorPrimitives.Multiply(weights, 1 / (1 + amount), weights);
                break;
            case LinearPenalty.GroupLasso:
                for (int at = 0; at < weights.Length; at += outputs)
                {
                    Span<double> row = weights.AsSpan(at, outputs);
                    double norm = TensorPrimitives.Norm<double>(row);
                    TensorPrimitives.Multiply(row, norm > amount ? 1 - amount / norm : 0, row);
                }
                break;
            case LinearPenalty.TraceNorm:
                ShrinkSingularValues(weights, outputs, amount, cancellationToken);
                break;
            default:
                for (int at = 0; at < weights.Length; at += outputs)
                {
                    Span<double> row = weights.AsSpan(at, outputs);
                    double mean = TensorPrimitives.Sum<double>(row) / outputs;
                    for (int j = 0; j < outputs; j++)
                        row[j] = (row[j] - mean) / (1 + amount) + mean / (1 + MeanShare * amount);
                }
                break;
        }
    }

    /// <summary>Whether the penalty has a gradient everywhere.</summary>
    public static bool IsSmooth(LinearPenalty penalty) =>
        penalty is LinearPenalty.Ridge or LinearPenalty.MeanRegularized;

    /// <summary>Adds λ·∇penalty(W) of a smooth penalty.</summary>
    /// <returns>λ·penalty(W).</returns>
    public static double AddGradient(LinearPenalty penalty, double[] weights, int outputs, double strength,
        Span<double> gradient)
    {
        double total = 0;
        for (int at = 0; at < weights.Length; at += outputs)
        {
            double mean = penalty == LinearPenalty.Ridge ? 0
                : TensorPrimitives.Sum<double>(weights.AsSpan(at, outputs)) / outputs;
            total += MeanShare * outputs * mean * mean;
            for (int j = at; j < at + outputs; j++)
            {
                double deviation = weights[j] - mean;
                total += deviation * deviation;
                gradient[j] += strength * (deviation + MeanShare * mean);
            }
        }
        return strength * total / 2;
    }

    /// <summary>The least strength at which all weights are 0, from the gradient there; null where there is
    /// none.</summary>
    public static double? Greatest(LinearPenalty penalty, double[] gradient, int outputs,
        CancellationToken cancellationToken = default)
    {
        double greatest = 0;
        if (penalty == LinearPenalty.GroupLasso)
            for (int at = 0; at < gradient.Length; at += outputs)
                greatest = Math.Max(greatest, TensorPrimitives.Norm<double>(gradient.AsSpan(at, outputs)));
        else if (penalty == LinearPenalty.TraceNorm)
            greatest = Math.Sqrt(Math.Max(0, Eigen(gradient, outputs, cancellationToken).Values.Max()));
        else
            return null;
        return greatest;
    }

    /// <summary>W = UΣVᵀ becomes U(Σ − a)₊Vᵀ = W·V diag((σ − a)₊/σ) Vᵀ.</summary>
    private static void ShrinkSingularValues(double[] weights, int k, double amount,
        CancellationToken cancellationToken)
    {
        (double[] values, double[] vectors) = Eigen(weights, k, cancellationToken);
        var map = new double[k * k];
        for (int e = 0; e < k; e++)
        {
            double sigma = Math.Sqrt(Math.Max(0, values[e]));
            if (sigma <= amount)
                continue;
            for (int i = 0; i < k; i++)
                TensorPrimitives.MultiplyAdd(vectors.AsSpan(e * k, k), vectors[e * k + i] * (1 - amount / sigma),
                    map.AsSpan(i * k, k), map.AsSpan(i * k, k));
        }
        var row = new double[k];
        for (int at = 0; at < weights.Length; at += k)
        {
            Array.Clear(row);
            for (int i = 0; i < k; i++)
                TensorPrimitives.MultiplyAdd(map.AsSpan(i * k, k), weights[at + i], row, row);
            row.CopyTo(weights, at);
        }
    }

    /// <summary>Eigenvalues of WᵀW, and one eigenvector a row.</summary>
    private static (double[] Values, double[] Vectors) Eigen(double[] weights, int k,
        CancellationToken cancellationToken)
    {
        var gram = new double[k * k];
        for (int at = 0; at < weights.Length; at += k)
            for (int i = 0; i < k; i++)
                TensorPrimitives.MultiplyAdd(weights.AsSpan(at, k), weights[at + i], gram.AsSpan(i * k, k),
                    gram.AsSpan(i * k, k));
        double[] values = new double[k], vectors = new double[k * k];
        new SymmetricEigen(k) { CancellationToken = cancellationToken }.Decompose(gram, values, vectors);
        return (values, vectors);
    }
}
