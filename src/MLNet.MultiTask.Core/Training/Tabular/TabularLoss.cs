using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Training;

/// <summary>
/// Logistic loss, cross entropy or squared error of the standardised target: w·ℓ of every cell of a batch, and the
/// gradient of Σ factorₜ·Σ w·ℓ by the raw outputs.
/// </summary>
internal sealed class TabularLoss(TrainingProblem problem, NetworkShape heads, float smoothing)
{
    /// <param name="row">Row of the table.</param>
    /// <param name="outputs">The row's raw outputs.</param>
    /// <param name="factors">One per task.</param>
    /// <param name="losses">w·ℓ per task.</param>
    /// <param name="signals">Gradient by the raw outputs; empty = not wanted, and labels are not smoothed then.</param>
    public void Apply(int row, ReadOnlySpan<float> outputs, ReadOnlySpan<float> factors, Span<float> losses,
        Span<float> signals)
    {
        float share = signals.IsEmpty ? 0 : smoothing;
        for (int t = 0; t < losses.Length; t++)
        {
            int first = heads.OutputOffset(t), count = heads.Tasks[t].OutputCount;
            float weight = problem.Table.Weight(row, problem.TaskIndices[t]);
            Span<float> own = signals.IsEmpty ? [] : signals.Slice(first, count);
            if (weight == 0)
            {
                losses[t] = 0;
                own.Clear();
                continue;
            }
            float label = problem.Table.Label(row, problem.TaskIndices[t]);
            losses[t] = weight * (heads.Tasks[t].Kind switch
            {
                TaskKind.Binary => Logistic(outputs[first], label * (1 - share) + share / 2, own),
                TaskKind.Multiclass => CrossEntropy(outputs.Slice(first, count), (int)label, share, own),
                _ => Square(outputs[first] - (label - problem.Means[t]) / problem.Scales[t], own),
            });
            for (int k = 0; k < own.Length; k++)
                own[k] *= weight * factors[t];
        }
    }

    private static float Square(float error, Span<float> signal)
    {
        if (!signal.IsEmpty)
            signal[0] = 2 * error;
        return error * error;
    }

    private static float Logistic(float z, float target, Span<float> signal)
    {
        if (!signal.IsEmpty)
            signal[0] = OutputTransform.Sigmoid(z) - target;
        return MathF.Max(z, 0) - target * z + MathF.Log(1 + MathF.Exp(-MathF.Abs(z)));
    }

    private static float CrossEntropy(ReadOnlySpan<float> z, int label, float share, Span<float> signal)
    {
        Span<float> own = z.Length <= 256 ? stackalloc float[z.Length] : new float[z.Length];
        z.CopyTo(own);
        float total = OutputTransform.Softmax(own), loss = 0;
        for (int k = 0; k < z.Length; k++)
        {
            float target = (k == label ? 1 - share : 0) + share / z.Length;
            if (target > 0)
                loss += target * (total - z[k]);
            if (!signal.IsEmpty)
                signal[k] = own[k] - target;
        }
        return loss;
    }
}
