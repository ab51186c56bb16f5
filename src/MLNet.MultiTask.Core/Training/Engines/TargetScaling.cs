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
        var moments = new LabelMoments(problem);
        var means = new float[count];
        float[] scales = [.. Enumerable.Repeat(1f, count)];
        for (int t = 0; t < count; t++)
        {
            TaskInfo task = problem.Tasks[t];
            if (!moments.IsObserved(t))
                throw new ArgumentException($"Task '{task.Name}' has no observed label in the training rows");
            if (!moments.Varies(t))
                throw new ArgumentException(task.Kind == TaskKind.Regression
                    ? $"Task '{task.Name}' has the same target {moments.Mean(t)} in every training row where it is " +
                      "observed; it cannot be learned"
                    : $"Task '{task.Name}' has one class only in the training rows; at least two are needed");
            if (task.Kind == TaskKind.Regression)
                (means[t], scales[t]) = ((float)moments.Mean(t), Scale(task, moments.Deviation(t)));
        }
        return (means, scales);
    }

    private static float Scale(TaskInfo task, double deviation) =>
        (float)deviation is > 0 and < float.PositiveInfinity and var scale
        ? scale
        : throw new ArgumentException($"Task '{task.Name}' has targets with standard deviation {deviation}, " +
            "outside what single precision holds");

    /// <summary>Weighted moments of every task's labels over the training rows.</summary>
    private sealed class LabelMoments
    {
        private readonly float[] _first;
        private readonly bool[] _varies;
        private readonly double[] _weights, _shifts, _squares;

        public LabelMoments(TrainingProblem problem)
        {
            int count = problem.Tasks.Count;
            _first = [.. Enumerable.Repeat(float.NaN, count)];
            (_varies, _weights, _shifts, _squares) =
                (new bool[count], new double[count], new double[count], new double[count]);
            problem.Table.ForEachLabel(problem.Train, problem.TaskIndices, (t, y, w) =>
            {
                if (float.IsNaN(_first[t]))
                    _first[t] = y;
                _varies[t] |= y != _first[t];
                _weights[t] += w;
                _shifts[t] += w * ((double)y - _first[t]);
            });
            for (int t = 0; t < count; t++)
                _shifts[t] /= _weights[t];
            problem.Table.ForEachLabel(problem.Train, problem.TaskIndices, (t, y, w) =>
            {
                double centred = (double)y - _first[t] - _shifts[t];
                _squares[t] += w * centred * centred;
            });
        }

        public bool IsObserved(int task) => !float.IsNaN(_first[task]);

        public bool Varies(int task) => _varies[task];

        public double Mean(int task) => _first[task] + _shifts[task];

        public double Deviation(int task) => Math.Sqrt(_squares[task] / _weights[task]);
    }
}
