using System.Numerics.Tensors;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// loss_i(S) by kernel ridge regression on the 0/1 row of S (Zhang, Zhang, Li, Zhang, ICLR 2026), k(S, S') = exp(−γ·|S
/// △ S'|), with a free intercept: far from every trained subset the prediction is the mean loss of the task.
/// </summary>
internal sealed class KernelSurrogate
{
    private readonly IReadOnlyList<SubsetDesign> _targets;
    private readonly double[] _intercepts;
    private readonly double[][] _weights;
    private readonly double _gamma;

    private KernelSurrogate(IReadOnlyList<SubsetDesign> targets, double gamma, double[] intercepts,
        double[][] weights) =>
        (_targets, _gamma, _intercepts, _weights) = (targets, gamma, intercepts, weights);

    public static KernelSurrogate Fit(IReadOnlyList<SubsetDesign> targets, double gamma, double ridge)
    {
        var intercepts = new double[targets.Count];
        var weights = new double[targets.Count][];
        for (int i = 0; i < targets.Count; i++)
            (intercepts[i], weights[i], _) = Solve(targets[i], gamma, ridge);
        return new KernelSurrogate(targets, gamma, intercepts, weights);
    }

    public double[] PredictGroup(IReadOnlyList<int> group)
    {
        GroupChecks.ThrowIfInvalid(group, _targets.Count);
        return [.. group.Select(i =>
        Predict(i, SubsetDesign.Indicator(group, i, _targets.Count)))];
    }

    /// <summary>
    /// T×T: mean over the trained subsets holding i of what adding j, against leaving it out, changes in the predicted
    /// loss.
    /// </summary>
    public double[] MeanEffects()
    {
        int n = _targets.Count;
        var effects = new double[n * n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                if (j != i)
                    effects[i * n + j] = _targets[i].Members.Average(members =>
                        Predict(i, With(members, j, 1)) - Predict(i, With(members, j, 0)));
        return effects;
    }

    /// <summary>
    /// Errors of predicting each subset from all others, without refitting: α_s / (C⁻¹)_ss of the bordered system C.
    /// </summary>
    public static double[] LeaveOneOutErrors(SubsetDesign target, double gamma, double ridge)
    {
        (_, double[] weights, double[] inverse) = Solve(target, gamma, ridge);
        return [.. weights.Select((w, s) => inverse[s] > 1e-12 ? w / inverse[s] : target.Losses[s] - target.Mean)];
    }

    private double Predict(int target, double[] members)
    {
        double value = _intercepts[target];
        for (int s = 0; s < _weights[target].Length; s++)
            value += _weights[target][s] * Kernel(_targets[target].Members[s], members, _gamma);
        return value;
    }

    // [K + ridge·I, 1; 1ᵀ, 0] [α; b] = [y; 0], and the diagonal of the inverse's upper block.
    private static (double Intercept, double[] Weights, double[] InverseDiagonal) Solve(SubsetDesign target,
        double gamma, double ridge)
    {
        int m = target.Losses.Length;
        var a = new double[m * m];
        for (int s = 0; s < m; s++)
            for (int r = 0; r <= s; r++)
                a[s * m + r] = Kernel(target.Members[s], target.Members[r], gamma) + (r == s ? ridge : 0);
        if (!Cholesky.TryFactor<double>(a, m, out _))
            throw new ArgumentOutOfRangeException(nameof(ridge), ridge,
                "The ridge penalty is too small for the subsets given; it must be larger");
        var ones = new double[m];
        Array.Fill(ones, 1);
        Cholesky.Solve<double>(a, m, ones);
        double total = TensorPrimitives.Sum<double>(ones);
        double[] weights = [.. target.Losses.Select(y => y - target.Mean)];
        Cholesky.Solve<double>(a, m, weights);
        double intercept = TensorPrimitives.Sum<double>(weights) / total;
        TensorPrimitives.MultiplyAdd(ones, -intercept, weights, weights);
        var inverse = new double[m];
        var unit = new double[m];
        for (int s = 0; s < m; s++)
        {
            unit.AsSpan().Clear();
            unit[s] = 1;
            Cholesky.SolveLower<double>(a, m, unit);
            inverse[s] = TensorPrimitives.SumOfSquares<double>(unit) - ones[s] * ones[s] / total;
        }
        return (intercept + target.Mean, weights, inverse);
    }

    private static double Kernel(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double gamma)
    {
        double distance = TensorPrimitives.Distance(x, y);
        return Math.Exp(-gamma * distance * distance);
    }

    private static double[] With(double[] members, int task, double value)
    {
        double[] changed = [.. members];
        changed[task] = value;
        return changed;
    }
}
