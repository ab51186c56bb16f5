using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Torch;

/// <summary>Copies rows of a problem out as networks want them.</summary>
internal sealed class TrainingProblemView(TrainingProblem problem)
{
    /// <summary>Copies rows.</summary>
    /// <param name="rows">Row numbers.</param>
    /// <param name="features">rows×d.</param>
    /// <param name="labels">rows×T, standardised; 0 where not observed.</param>
    /// <param name="weights">rows×T; 0 where not observed.</param>
    /// <param name="weightSums">Length T.</param>
    public void Copy(ReadOnlySpan<int> rows, Span<float> features, Span<float> labels, Span<float> weights,
        double[] weightSums)
    {
        TaskTable table = problem.Table;
        table.Features.CopyRows(rows, features);
        int[] columns = problem.TaskIndices;
        float[] means = problem.Means, scales = problem.Scales;
        Array.Clear(weightSums);
        for (int r = 0; r < rows.Length; r++)
            for (int t = 0; t < columns.Length; t++)
            {
                float weight = table.Weight(rows[r], columns[t]);
                int place = r * columns.Length + t;
                weights[place] = weight;
                labels[place] = weight > 0 ? (table.Label(rows[r], columns[t]) - means[t]) / scales[t] : 0;
                weightSums[t] += weight;
            }
    }
}
