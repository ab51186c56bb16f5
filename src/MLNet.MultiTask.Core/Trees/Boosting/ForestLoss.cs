using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Numerics;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Trees;

/// <summary>
/// The tasks' own losses on raw outputs: logistic, cross entropy, half the squared error of the standardised target;
/// each cell counts with its weight.
/// </summary>
internal sealed partial class ForestLoss
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
                Differentiate(rows[p], outputs.AsSpan(p * Outputs, Outputs),
                    gradients.First.AsSpan(p * Outputs, Outputs), gradients.Second.AsSpan(p * Outputs, Outputs));
        });
    }

    /// <summary>The derivatives of one row at its raw outputs.</summary>
    /// <param name="row">Row of the table.</param>
    /// <param name="outputs">As many as <see cref="Outputs"/>.</param>
    /// <param name="first">Overwritten with the gradient.</param>
    /// <param name="second">Overwritten with the Hessian's diagonal.</param>
    public void Differentiate(int row, ReadOnlySpan<float> outputs, Span<float> first, Span<float> second)
    {
        outputs.CopyTo(first);
        Labels labels = LabelsOf(row);
        foreach ((TaskKind kind, int task, int from, int count) in _runs)
            DifferentiateRun(labels, kind, task, first.Slice(from, count), second.Slice(from, count));
    }

    /// <summary>The derivatives of one cell.</summary>
    /// <param name="row">Row of the table.</param>
    /// <param name="task">The task.</param>
    /// <param name="first">Its raw outputs; overwritten by the first derivatives.</param>
    /// <param name="second">Overwritten by the second ones.</param>
    public void DifferentiateCell(int row, int task, Span<float> first, Span<float> second) =>
        DifferentiateRun(LabelsOf(row), _problem.Tasks[task].Kind, task, first, second);

    // Tasks of one kind from one on; g holds their raw outputs.
    private void DifferentiateRun(in Labels labels, TaskKind kind, int firstTask, Span<float> g, Span<float> h)
    {
        if (kind == TaskKind.Multiclass)
        {
            MulticlassCell(labels.Value(firstTask), labels.Weight(firstTask), g, h);
            return;
        }
        if (kind == TaskKind.Binary)
            OutputTransform.Sigmoid(g);
        for (int i = 0; i < g.Length; i++)
        {
            float weight = labels.Weight(firstTask + i);
            if (weight == 0)
            {
                (g[i], h[i]) = (0, 0);
                continue;
            }
            float label = labels.Value(firstTask + i);
            h[i] = weight * (kind == TaskKind.Binary ? Math.Max(g[i] * (1 - g[i]), LeastHessian) : 1);
            g[i] = weight * (g[i] - Target(firstTask + i, label));
        }
    }

    private static void MulticlassCell(float label, float weight, Span<float> g, Span<float> h)
    {
        if (weight == 0)
        {
            g.Clear();
            h.Clear();
            return;
        }
        OutputTransform.Softmax(g);
        // The bound of the full Hessian that Friedman's diagonal step uses (2001, algorithm 6).
        float factor = (float)g.Length / (g.Length - 1);
        int truth = (int)label;
        for (int k = 0; k < g.Length; k++)
        {
            h[k] = weight * Math.Max(factor * g[k] * (1 - g[k]), LeastHessian);
            g[k] = weight * (g[k] - (k == truth ? 1 : 0));
        }
    }

    private Labels LabelsOf(int row) =>
        new(_problem.Table.LabelRow(row), _problem.Table.WeightRow(row), _problem.TaskIndices);

    private float Target(int task, float label) => (label - _problem.Means[task]) / _problem.Scales[task];

    /// <summary>One row's labels, by the problem's tasks.</summary>
    private readonly ref struct Labels(ReadOnlySpan<float> values, ReadOnlySpan<float> weights, int[] columns)
    {
        private readonly ReadOnlySpan<float> _values = values;
        private readonly ReadOnlySpan<float> _weights = weights;
        private readonly int[] _columns = columns;

        public float Value(int task) => _values[_columns[task]];

        /// <summary>0 where the label is not observed.</summary>
        public float Weight(int task) =>
            float.IsNaN(Value(task)) ? 0 : _weights.IsEmpty ? 1 : _weights[_columns[task]];
    }
}
