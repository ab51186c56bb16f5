namespace MLNet.MultiTask;

/// <summary>
/// The trivial predictor, a floor for every model: per task the mean label (regression), the share of positives
/// (binary) or the class frequencies (multi-class) of some rows, whatever the features say.
/// </summary>
public sealed class ConstantPredictor
{
    private readonly double[][] _outputs;

    private ConstantPredictor(double[][] outputs) => _outputs = outputs;

    /// <summary>Learns from the observed cells of the training rows, weighted as the table says.</summary>
    /// <param name="table">The data.</param>
    /// <param name="rows">Row numbers to learn from.</param>
    public static ConstantPredictor Learn(TaskTable table, ReadOnlySpan<int> rows)
    {
        ArgumentNullException.ThrowIfNull(table);
        int tasks = table.Tasks.Count;
        float[] labels = new float[rows.Length * tasks], weights = new float[rows.Length * tasks];
        for (int i = 0; i < rows.Length; i++)
            for (int t = 0; t < tasks; t++)
            {
                labels[i * tasks + t] = table.Label(rows[i], t);
                weights[i * tasks + t] = table.Weight(rows[i], t);
            }
        return Learn(table.Tasks, labels, weights);
    }

    /// <summary>Learns from labels n×T (NaN = not observed) and weights n×T (empty = all 1).</summary>
    /// <param name="tasks">The T tasks.</param>
    /// <param name="labels">Row-major.</param>
    /// <param name="weights">Row-major, ≥ 0.</param>
    public static ConstantPredictor Learn(
        IReadOnlyList<TaskInfo> tasks, ReadOnlySpan<float> labels, ReadOnlySpan<float> weights = default)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        var outputs = new double[tasks.Count][];
        for (int t = 0; t < tasks.Count; t++)
            outputs[t] = Mean(tasks[t], t, tasks.Count, labels, weights);
        return new ConstantPredictor(outputs);
    }

    /// <summary>
    /// The constant outputs of one task: mean, P(1), or K class frequencies; NaN where the task had no label.
    /// </summary>
    /// <param name="task">Task number.</param>
    public ReadOnlySpan<double> Outputs(int task) => _outputs[task];

    /// <summary>The same scores for every row, n×(sum of output counts), row-major.</summary>
    /// <param name="rows">Number of rows n.</param>
    public float[] Score(int rows)
    {
        float[] row = [.. _outputs.SelectMany(o => o).Select(v => (float)v)];
        var scores = new float[rows * row.Length];
        for (int i = 0; i < rows; i++)
            row.CopyTo(scores, i * row.Length);
        return scores;
    }

    private static double[] Mean(
        TaskInfo task, int index, int tasks, ReadOnlySpan<float> labels, ReadOnlySpan<float> weights)
    {
        var sums = new double[task.OutputCount];
        double total = 0;
        for (int cell = index; cell < labels.Length; cell += tasks)
        {
            double weight = float.IsNaN(labels[cell]) ? 0 : weights.IsEmpty ? 1 : weights[cell];
            if (weight == 0)
                continue;
            total += weight;
            if (task.Kind == TaskKind.Multiclass)
                sums[(int)labels[cell]] += weight;
            else
                sums[0] += weight * labels[cell];
        }
        return [.. sums.Select(s => s / total)];
    }
}
