namespace MLNet.MultiTask.Grouping;

/// <summary>
/// What the number of groups does to the relaxation: X = u·uᵀ/T + Σ w_i·v_i·v_iᵀ with 0 ≤ w_i ≤ 1 and MinGroups ≤ 1 + Σ
/// w_i ≤ MaxGroups, at <see cref="Cost"/> per unit of trace.
/// </summary>
internal readonly record struct TraceRule(int MinGroups, int MaxGroups, double Cost)
{
    /// <summary>max Σ w_i·λ_i − Cost·(1 + Σ w_i) over admissible weights.</summary>
    /// <param name="values">Eigenvalues on the complement of u, ascending.</param>
    public double Largest(ReadOnlySpan<double> values)
    {
        double sum = -Cost;
        for (int i = 0; i < Math.Min(MaxGroups - 1, values.Length); i++)
        {
            double gain = values[values.Length - 1 - i] - Cost;
            if (i >= MinGroups - 1 && gain <= 0)
                break;
            sum += gain;
        }
        return sum;
    }

    /// <summary>The admissible weights nearest to <paramref name="values"/> − shift.</summary>
    /// <param name="values">Eigenvalues on the complement of u, in any order.</param>
    /// <param name="shift">Cost on the scale of the values.</param>
    /// <param name="weights">Same length.</param>
    /// <returns>Σ weights.</returns>
    public double Project(ReadOnlySpan<double> values, double shift, Span<double> weights)
    {
        double sum = Clip(values, shift, weights);
        double target = Math.Clamp(sum, MinGroups - 1, Math.Max(MinGroups, Math.Min(MaxGroups, values.Length + 1)) - 1);
        if (sum == target)
            return sum;
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        foreach (double value in values)
            (low, high) = (Math.Min(low, value - 1), Math.Max(high, value));
        for (int step = 0; step < 100; step++)
        {
            double middle = 0.5 * (low + high);
            if (middle <= low || middle >= high)
                break;
            if (Clip(values, middle, weights) > target)
                low = middle;
            else
                high = middle;
        }
        return Clip(values, low, weights);
    }

    private static double Clip(ReadOnlySpan<double> values, double shift, Span<double> weights)
    {
        double sum = 0;
        for (int i = 0; i < values.Length; i++)
            sum += weights[i] = Math.Clamp(values[i] - shift, 0, 1);
        return sum;
    }
}
