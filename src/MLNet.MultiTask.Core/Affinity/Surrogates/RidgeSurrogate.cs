using System.Numerics.Tensors;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// loss_i(S) ≈ b_i + Σ_{j ∈ S} θ_ij by ridge regression with a free intercept (Li, Nguyen, Zhang, TMLR 2023). θ_ij is
/// what source j adds to the loss of target i.
/// </summary>
internal sealed class RidgeSurrogate
{
    private readonly double[] _intercepts;
    private readonly double[][] _coefficients;

    private RidgeSurrogate(double[] intercepts, double[][] coefficients) =>
        (_intercepts, _coefficients) = (intercepts, coefficients);

    /// <summary>T rows of θ.</summary>
    public IReadOnlyList<double[]> Coefficients => _coefficients;

    public static RidgeSurrogate Fit(IReadOnlyList<SubsetDesign> targets, double ridge)
    {
        var intercepts = new double[targets.Count];
        var coefficients = new double[targets.Count][];
        for (int i = 0; i < targets.Count; i++)
            (intercepts[i], coefficients[i]) = Solve(targets[i], ridge);
        return new RidgeSurrogate(intercepts, coefficients);
    }

    public double[] PredictGroup(IReadOnlyList<int> group)
    {
        GroupChecks.ThrowIfInvalid(group, _intercepts.Length);
        return [.. group.Select(i =>
        _intercepts[i] + group.Where(j => j != i).Sum(j => _coefficients[i][j]))];
    }

    /// <summary>
    /// Errors of predicting each subset from all others, without refitting: e_s / (1 − h_s). A subset that alone
    /// decides a coefficient cannot happen with a positive ridge.
    /// </summary>
    public static double[] LeaveOneOutErrors(SubsetDesign target, double ridge)
    {
        (double[] mean, double[] factor) = Factor(target, ridge);
        (double intercept, double[] theta) = Solve(target, ridge);
        int n = target.TaskCount;
        var errors = new double[target.Losses.Length];
        var row = new double[n];
        for (int s = 0; s < errors.Length; s++)
        {
            TensorPrimitives.Subtract<double>(target.Members[s], mean, row);
            Cholesky.SolveLower<double>(factor, n, row);
            double leverage = 1.0 / errors.Length + TensorPrimitives.SumOfSquares<double>(row);
            double fitted = intercept + TensorPrimitives.Dot<double>(target.Members[s], theta);
            errors[s] = leverage < 1 - 1e-12 ? (target.Losses[s] - fitted) / (1 - leverage)
                : target.Losses[s] - target.Mean;
        }
        return errors;
    }

    private static (double Intercept, double[] Theta) Solve(SubsetDesign target, double ridge)
    {
        (double[] mean, double[] factor) = Factor(target, ridge);
        int n = target.TaskCount;
        var theta = new double[n];
        for (int s = 0; s < target.Losses.Length; s++)
            for (int j = 0; j < n; j++)
                theta[j] += (target.Members[s][j] - mean[j]) * (target.Losses[s] - target.Mean);
        Cholesky.Solve<double>(factor, n, theta);
        return (target.Mean - TensorPrimitives.Dot<double>(mean, theta), theta);
    }

    // XᵀX + ridge·I of the centred members, factored; the intercept is free of the penalty by centring.
    private static (double[] Mean, double[] Factor) Factor(SubsetDesign target, double ridge)
    {
        int n = target.TaskCount;
        double[] mean = new double[n], gram = new double[n * n], row = new double[n];
        foreach (double[] members in target.Members)
            TensorPrimitives.Add<double>(mean, members, mean);
        TensorPrimitives.Divide(mean, target.Members.Length, mean);
        foreach (double[] members in target.Members)
        {
            TensorPrimitives.Subtract<double>(members, mean, row);
            for (int j = 0; j < n; j++)
                TensorPrimitives.MultiplyAdd(row, row[j], gram.AsSpan(j * n, n), gram.AsSpan(j * n, n));
        }
        for (int j = 0; j < n; j++)
            gram[j * n + j] += ridge;
        if (!Cholesky.TryFactor<double>(gram, n, out _))
            throw new ArgumentOutOfRangeException(nameof(ridge), ridge,
                "The ridge penalty is too small for the subsets given; it must be larger");
        return (mean, gram);
    }
}
