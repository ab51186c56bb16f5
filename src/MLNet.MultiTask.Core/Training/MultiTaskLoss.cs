using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Training;

/// <summary>
/// Per task the weighted mean over the batch's observed rows of logistic loss, cross entropy or squared error of the
/// standardised target; in total Σ ωₜ Lₜ / Σ ωₜ over the tasks present in the batch.
/// </summary>
internal static class MultiTaskLoss
{
    /// <summary>Σ of weights per task over the batch's rows, in order.</summary>
    public static void SumWeights(ReadOnlySpan<float> weights, int tasks, Span<double> sums)
    {
        sums.Clear();
        for (int i = 0; i < weights.Length; i += tasks)
            for (int t = 0; t < tasks; t++)
                sums[t] += weights[i + t];
    }

    /// <summary>Σ ωₜ over the tasks that are present.</summary>
    public static double PresentTaskWeight(IReadOnlyList<TaskInfo> tasks, ReadOnlySpan<double> weightSums)
    {
        double total = 0;
        for (int t = 0; t < weightSums.Length; t++)
            total += weightSums[t] > 0 ? tasks[t].Weight : 0;
        return total;
    }

    /// <summary>The total from per-task means; NaN where no task with positive weight is present.</summary>
    public static double Total(IReadOnlyList<TaskInfo> tasks, ReadOnlySpan<double> losses, ReadOnlySpan<double> weightSums)
    {
        double total = 0;
        for (int t = 0; t < losses.Length; t++)
            total += weightSums[t] > 0 ? tasks[t].Weight * losses[t] : 0;
        return total / PresentTaskWeight(tasks, weightSums);
    }

    /// <summary>Adds w·ℓ of a batch to <paramref name="sums"/> and turns its raw outputs into w·c·∂ℓ/∂z in place.</summary>
    /// <param name="shape">Tasks and their outputs.</param>
    /// <param name="outputs">rows×outputs: raw outputs in, gradients out.</param>
    /// <param name="labels">rows×T, standardised.</param>
    /// <param name="weights">rows×T; 0 = not observed.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="factors">c per task.</param>
    /// <param name="sums">Per task, added to.</param>
    public static void Accumulate(NetworkShape shape, Span<float> outputs, ReadOnlySpan<float> labels, ReadOnlySpan<float> weights,
        int rows, ReadOnlySpan<float> factors, Span<double> sums)
    {
        int tasks = shape.Tasks.Count;
        for (int row = 0; row < rows; row++)
        {
            Span<float> z = outputs.Slice(row * shape.OutputCount, shape.OutputCount);
            for (int t = 0; t < tasks; t++)
            {
                TaskInfo task = shape.Tasks[t];
                Span<float> own = z.Slice(shape.OutputOffset(t), task.OutputCount);
                float w = weights[row * tasks + t], y = labels[row * tasks + t];
                if (w == 0)
                    own.Clear();
                else
                    sums[t] += w * Loss(task.Kind, own, y, w * factors[t]);
            }
        }
    }

    private static float Loss(TaskKind kind, Span<float> z, float y, float factor)
    {
        float loss;
        switch (kind)
        {
            case TaskKind.Binary:
                float logit = z[0];
                loss = MathF.Max(logit, 0) - y * logit + MathF.Log(1 + MathF.Exp(-MathF.Abs(logit)));
                z[0] = factor * (OutputTransform.Sigmoid(logit) - y);
                return loss;
            case TaskKind.Multiclass:
                float own = z[(int)y];
                loss = OutputTransform.Softmax(z) - own;
                z[(int)y] -= 1;
                foreach (ref float g in z)
                    g *= factor;
                return loss;
            default:
                float error = z[0] - y;
                z[0] = factor * 2 * error;
                return error * error;
        }
    }
}
