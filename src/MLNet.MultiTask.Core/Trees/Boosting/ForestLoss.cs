using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Numerics;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Trees;

/// <summary>
/// The tasks' own losses on raw outputs: logistic, cross entropy, half the squared error of the standardised target;
/// each cell counts with its weight.
/// </summary>
internal sealed class ForestLoss
{
    // Keeps the sum of Hessians of rows that are certain from vanishing.
    private const float LeastHessian = 1e-16f;

    private const double LeastProbability = 1e-6;
    private const int ShardRows = 1024;

    private readonly TrainingProblem _problem;
    private readonly (TaskKind Kind, int Task, int First, int Count)[] _runs;
    private readonly int[] _offsets;

    public ForestLoss(TrainingProblem problem)
    {
        _problem = problem;
        _offsets = new int[problem.Tasks.Count + 1];
        for (int t = 0; t < problem.Tasks.Count; t++)
            _offsets[t + 1] = _offsets[t] + problem.Tasks[t].OutputCount;
        var runs = new List<(TaskKind Kind, int Task, int First, int Count)>();
        for (int t = 0; t < problem.Tasks.Count; t++)
        {
            TaskInfo task = problem.Tasks[t];
            if (runs.Count > 0 && task.Kind != TaskKind.Multiclass && runs[^1].Kind == task.Kind)
                runs[^1] = runs[^1] with { Count = runs[^1].Count + 1 };
            else
                runs.Add((task.Kind, t, _offsets[t], task.OutputCount));
        }
        _runs = [.. runs];
    }

    /// <summary>Outputs of all tasks.</summary>
    public int Outputs => _offsets[^1];

    /// <summary>First output of a task.</summary>
    public int Offset(int task) => _offsets[task];

    /// <summary>
    /// What is predicted without features: log-odds of the weighted frequencies in the training rows, the mean target.
    /// </summary>
    public float[] Start()
    {
        var start = new float[Outputs];
        for (int t = 0; t < _problem.Tasks.Count; t++)
        {
            TaskInfo task = _problem.Tasks[t];
            if (task.Kind == TaskKind.Regression)
                continue;
            int column = _problem.TaskIndices[t];
            var sums = new double[Math.Max(2, task.OutputCount)];
            foreach (int row in _problem.Train)
                if (_problem.Table.Weight(row, column) is > 0 and float weight)
                    sums[(int)_problem.Table.Label(row, column)] += weight;
            if (task.Kind == TaskKind.Binary)
            {
                start[_offsets[t]] = (float)Math.Log(sums[1] / sums[0]);
                continue;
            }
            // A class that no training row has is still possible.
            double total = sums.Sum();
            for (int k = 0; k < sums.Length; k++)
                start[_offsets[t] + k] = (float)Math.Log(Math.Max(sums[k] / total, LeastProbability));
        }
        return start;
    }

    /// <summary>The derivatives at raw outputs; a task that is not active has none.</summary>
    /// <param name="rows">Row of the table at each position.</param>
    /// <param name="outputs">positions×<see cref="Outputs"/>.</param>
    /// <param name="gradients">Overwritten.</param>
    /// <param name="threads">Upper limit of threads.</param>
    public void Differentiate(int[] rows, float[] outputs, OutputGradients gradients, int threads)
    {
        int shards = (rows.Length + ShardRows - 1) / ShardRows;
        SharedPool.Run(shards, threads, s =>
        {
            int end = Math.Min(rows.Length, (s + 1) * ShardRows);
            for (int p = s * ShardRows; p < end; p++)
                DifferentiateRow(rows[p], outputs.AsSpan(p * Outputs, Outputs),
                    gradients.First.AsSpan(p * Outputs, Outputs), gradients.Second.AsSpan(p * Outputs, Outputs));
        });
    }

    /// <summary>
    /// Mean loss of each task over its observed cells: log-loss, or squared error of the standardised target; NaN
    /// without any.
    /// </summary>
    public double[] Evaluate(int[] rows, float[] outputs, int threads)
    {
        int tasks = _problem.Tasks.Count, shards = (rows.Length + ShardRows - 1) / ShardRows;
        var parts = new double[shards * 2 * tasks];
        SharedPool.Run(shards, threads, s =>
        {
            Span<double> part = parts.AsSpan(s * 2 * tasks, 2 * tasks);
            int end = Math.Min(rows.Length, (s + 1) * ShardRows);
            for (int p = s * ShardRows; p < end; p++)
                for (int t = 0; t < tasks; t++)
                {
                    float weight = _problem.Table.Weight(rows[p], _problem.TaskIndices[t]);
                    if (weight == 0)
                        continue;
                    part[2 * t] += weight;
                    part[2 * t + 1] += weight * CellLoss(t, _problem.Table.Label(rows[p], _problem.TaskIndices[t]),
                        outputs.AsSpan(p * Outputs + _offsets[t], _problem.Tasks[t].OutputCount));
                }
        });
        var losses = new double[tasks];
        for (int t = 0; t < tasks; t++)
        {
            double weight = 0, sum = 0;
            for (int s = 0; s < shards; s++)
                (weight, sum) = (weight + parts[s * 2 * tasks + 2 * t], sum + parts[s * 2 * tasks + 2 * t + 1]);
            losses[t] = sum / weight;
        }
        return losses;
    }

    private void DifferentiateRow(int row, ReadOnlySpan<float> outputs, Span<float> first, Span<float> second)
    {
        outputs.CopyTo(first);
        foreach ((TaskKind kind, int task, int from, int count) in _runs)
            DifferentiateRun(row, kind, task, first.Slice(from, count), second.Slice(from, count));
    }

    /// <summary>The derivatives of one cell.</summary>
    /// <param name="row">Row of the table.</param>
    /// <param name="task">The task.</param>
    /// <param name="first">Its raw outputs; overwritten by the first derivatives.</param>
    /// <param name="second">Overwritten by the second ones.</param>
    public void DifferentiateCell(int row, int task, Span<float> first, Span<float> second) =>
        DifferentiateRun(row, _problem.Tasks[task].Kind, task, first, second);

    // Tasks of one kind from one on; g holds their raw outputs.
    private void DifferentiateRun(int row, TaskKind kind, int firstTask, Span<float> g, Span<float> h)
    {
        if (kind == TaskKind.Multiclass)
        {
            MulticlassCell(row, firstTask, g, h);
            return;
        }
        if (kind == TaskKind.Binary)
            OutputTransform.Sigmoid(g);
        for (int i = 0; i < g.Length; i++)
        {
            float weight = _problem.Table.Weight(row, _problem.TaskIndices[firstTask + i]);
            if (weight == 0)
            {
                (g[i], h[i]) = (0, 0);
                continue;
            }
            float label = _problem.Table.Label(row, _problem.TaskIndices[firstTask + i]);
            h[i] = weight * (kind == TaskKind.Binary ? Math.Max(g[i] * (1 - g[i]), LeastHessian) : 1);
            g[i] = weight * (g[i] - Target(firstTask + i, label));
        }
    }

    private void MulticlassCell(int row, int task, Span<float> g, Span<float> h)
    {
        float weight = _problem.Table.Weight(row, _problem.TaskIndices[task]);
        if (weight == 0)
        {
            g.Clear();
            h.Clear();
            return;
        }
        OutputTransform.Softmax(g);
        // The bound of the full Hessian that Friedman's diagonal step uses (2001, algorithm 6).
        float factor = (float)g.Length / (g.Length - 1);
        int label = (int)_problem.Table.Label(row, _problem.TaskIndices[task]);
        for (int k = 0; k < g.Length; k++)
        {
            h[k] = weight * Math.Max(factor * g[k] * (1 - g[k]), LeastHessian);
            g[k] = weight * (g[k] - (k == label ? 1 : 0));
        }
    }

    private float Target(int task, float label) => (label - _problem.Means[task]) / _problem.Scales[task];

    /// <summary>The loss of one cell at the raw outputs of its task.</summary>
    public double CellLoss(int task, float label, ReadOnlySpan<float> outputs)
    {
        switch (_problem.Tasks[task].Kind)
        {
            case TaskKind.Regression:
                double error = outputs[0] - Target(task, label);
                return error * error;
            case TaskKind.Binary:
                double margin = label > 0.5f ? outputs[0] : -outputs[0];
                return Math.Max(0, -margin) + Math.Log(1 + Math.Exp(-Math.Abs(margin)));
            default:
                double max = double.NegativeInfinity, sum = 0;
                foreach (float z in outputs)
                    max = Math.Max(max, z);
                foreach (float z in outputs)
                    sum += Math.Exp(z - max);
                return max + Math.Log(sum) - outputs[(int)label];
        }
    }
}
