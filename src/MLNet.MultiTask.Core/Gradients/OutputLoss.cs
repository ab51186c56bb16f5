namespace MLNet.MultiTask.Gradients;

/// <summary>
/// A task's loss as a function of one number u, which is linear in the outputs near W0: the logit of a binary task, the
/// margin m = z_y − log Σ_{k≠y} e^{z_k} of the true class (cross entropy is log(1 + e^{−m}) exactly), the standardised
/// prediction of a regression.
/// </summary>
/// <param name="Value">u.</param>
/// <param name="Loss">The loss itself.</param>
/// <param name="Slope">−∂loss/∂u.</param>
/// <param name="Curvature">∂²loss/∂u²; not negative.</param>
internal readonly record struct OutputLoss(float Value, float Loss, float Slope, float Curvature)
{
    /// <summary>The loss at raw outputs <paramref name="z"/>; writes ∂u/∂z to <paramref name="direction"/>.</summary>
    /// <param name="kind">Kind of task.</param>
    /// <param name="z">The task's K raw outputs.</param>
    /// <param name="label">0/1, class index, or the standardised target.</param>
    /// <param name="direction">Length K.</param>
    public static OutputLoss At(TaskKind kind, ReadOnlySpan<float> z, float label, Span<float> direction)
    {
        if (kind == TaskKind.Regression)
        {
            direction[0] = 1;
            float residual = label - z[0];
            return new(z[0], residual * residual, 2 * residual, 2);
        }
        if (kind == TaskKind.Binary)
        {
            float sign = label > 0.5f ? 1 : -1;
            direction[0] = sign;
            return Logistic(sign * z[0]);
        }
        int y = (int)label;
        float top = float.NegativeInfinity, sum = 0;
        for (int k = 0; k < z.Length; k++)
            if (k != y)
                top = MathF.Max(top, z[k]);
        for (int k = 0; k < z.Length; k++)
            sum += direction[k] = k == y ? 0 : MathF.Exp(z[k] - top);
        for (int k = 0; k < z.Length; k++)
            direction[k] = k == y ? 1 : -direction[k] / sum;
        return Logistic(z[y] - top - MathF.Log(sum));
    }

    // log(1 + e^−m), stable on both sides.
    private static OutputLoss Logistic(float margin)
    {
        float e = MathF.Exp(-MathF.Abs(margin));
        float wrong = margin >= 0 ? e / (1 + e) : 1 / (1 + e);
        return new(margin, MathF.Max(0, -margin) + MathF.Log(1 + e), wrong, e / ((1 + e) * (1 + e)));
    }
}
