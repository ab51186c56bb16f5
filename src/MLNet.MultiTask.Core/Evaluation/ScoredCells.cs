using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Evaluation;

/// <summary>The observed cells of one task: label, weight and the task's K outputs, side by side.</summary>
internal sealed class ScoredCells
{
    private ScoredCells(TaskInfo task, double[] labels, double[] weights, double[] scores, double[] decisions,
        int unscored) =>
        (Task, Labels, Weights, Scores, Decisions, UnscoredCount, TotalWeight) =
            (task, labels, weights, scores, decisions, unscored, weights.Sum());

    public TaskInfo Task { get; }

    public int Count => Labels.Length;

    public double[] Labels { get; }

    public double[] Weights { get; }

    public double TotalWeight { get; }

    /// <summary>Count×K, row-major.</summary>
    public double[] Scores { get; }

    /// <summary>Predicted labels of a binary task, 1 or 0; empty = its probability is at least a half.</summary>
    public double[] Decisions { get; }

    /// <summary>Observed cells that were left out because a score is not finite.</summary>
    public int UnscoredCount { get; }

    /// <summary>Weighted mean of one value per cell.</summary>
    public double Mean(Func<int, double> value)
    {
        double sum = 0;
        for (int i = 0; i < Count; i++)
            sum += Weights[i] * value(i);
        return sum / TotalWeight;
    }

    /// <summary>Number of rows n, after the lengths were held against one another.</summary>
    public static int RowCount(
        IReadOnlyList<TaskInfo> tasks, int outputs,
        ReadOnlySpan<float> scores, ReadOnlySpan<float> labels, ReadOnlySpan<float> weights)
    {
        if (tasks.Count == 0)
            throw new ArgumentException("At least one task is needed", nameof(tasks));
        if (labels.Length % tasks.Count != 0)
            throw new ArgumentException(
                $"{Counted.Of(labels.Length, "label")} are no whole rows of " +
                $"{Counted.Of(tasks.Count, "task")}", nameof(labels));
        int rows = labels.Length / tasks.Count;
        if (scores.Length != (long)rows * outputs)
            throw new ArgumentException(
                $"{Counted.Of(scores.Length, "score")} given, {Counted.Of(rows, "row")} of " +
                $"{Counted.Of(outputs, "output")} expected", nameof(scores));
        if (!weights.IsEmpty && weights.Length != labels.Length)
            throw new ArgumentException($"{Counted.Of(weights.Length, "weight")} given, {labels.Length} " +
                "expected", nameof(weights));
        return rows;
    }

    public static ScoredCells Gather(
        IReadOnlyList<TaskInfo> tasks, int task, int offset, int outputs,
        ReadOnlySpan<float> scores, ReadOnlySpan<float> labels, ReadOnlySpan<float> weights,
        ReadOnlySpan<float> decisions)
    {
        List<double> y = [], w = [], s = [], d = [];
        int unscored = 0;
        for (int row = 0; row < labels.Length / tasks.Count; row++)
        {
            int cell = row * tasks.Count + task;
            float weight = weights.IsEmpty ? 1 : weights[cell];
            if (float.IsNaN(labels[cell]) || weight == 0)
                continue;
            if (!(weight > 0 && float.IsFinite(weight)))
                throw new ArgumentException($"Weight of task '{tasks[task].Name}' in row {row} is {weight}; " +
                    "weights must be finite and not negative", nameof(weights));
            ReadOnlySpan<float> own = scores.Slice(row * outputs + offset, tasks[task].OutputCount);
            if (!AreFinite(own))
            {
                unscored++;
                continue;
            }
            y.Add(labels[cell]);
            w.Add(weight);
            foreach (float score in own)
                s.Add(score);
            if (!decisions.IsEmpty && tasks[task].Kind == TaskKind.Binary)
                d.Add(decisions[cell]);
        }
        return new ScoredCells(tasks[task], [.. y], [.. w], [.. s], [.. d], unscored);
    }

    private static bool AreFinite(ReadOnlySpan<float> scores)
    {
        foreach (float score in scores)
            if (!float.IsFinite(score))
                return false;
        return true;
    }
}
