namespace MLNet.MultiTask.Training;

/// <summary>
/// Checks that every task can be learned from the training rows, and measures the weighted mean and standard deviation
/// of regression targets there.
/// </summary>
internal static class TargetScaling
{
    public static (float[] Means, float[] Scales) Measure(TrainingProblem problem)
    {
        int count = problem.Tasks.Count;
        var means = new float[count];
        float[] scales = [.. Enumerable.Repeat(1f, count)];
        for (int t = 0; t < count; t++)
        {
            TaskInfo task = problem.Tasks[t];
            (double mean, double deviation, bool varies) = Moments(problem, problem.TaskIndices[t], task);
            if (!varies)
                throw new ArgumentException(task.Kind == TaskKind.Regression
                    ? $"Task '{task.Name}' has the same target {mean} in every training row where it is observed; " +
                      "it cannot be learned"
                    : $"Task '{task.Name}' has one class only in the training rows; at least two are needed");
            if (task.Kind == TaskKind.Regression)
                (means[t], scales[t]) = ((float)mean, Scale(task, deviation));
        }
        return (means, scales);
    }

    private static float Scale(TaskInfo task, double deviation) =>
        (float)deviation is > 0 and < float.PositiveInfinity and var scale
        ? scale
        : throw new ArgumentException($"Task '{task.Name}' has targets with standard deviation {deviation}, " +
            "outside what single precision holds");

    private static (double Mean, double Deviation, bool Varies) Moments(TrainingProblem problem, int column,
        TaskInfo task)
    {
        TaskTable table = problem.Table;
        double weight = 0, sum = 0, squares = 0;
        float first = float.NaN;
        bool varies = false;
        foreach (int row in problem.Train)
        {
            double w = table.Weight(row, column);
            if (w == 0)
                continue;
            float y = table.Label(row, column);
            if (float.IsNaN(first))
                first = y;
            varies |= y != first;
            weight += w;
            sum += w * ((double)y - first);
        }
        if (float.IsNaN(first))
            throw new ArgumentException($"Task '{task.Name}' has no observed label in the training rows");
        double shift = sum / weight;
        foreach (int row in problem.Train)
        {
            double w = table.Weight(row, column);
            if (w > 0)
            {
                double centred = (double)table.Label(row, column) - first - shift;
                squares += w * centred * centred;
            }
        }
        return (first + shift, Math.Sqrt(squares / weight), varies);
    }
}
