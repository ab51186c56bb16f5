using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Trees;

/// <summary>
/// Observed cells as examples of one pooled problem: each has a row, a task, and raw outputs of its task alone.
/// </summary>
internal sealed class CellExamples
{
    private readonly TrainingProblem _problem;
    private readonly ForestLoss _loss;

    public CellExamples(TrainingProblem problem, ForestLoss loss, int[] rows)
    {
        (_problem, _loss) = (problem, loss);
        int tasks = problem.Tasks.Count;
        (int Row, int Task)[] cells = [.. rows.SelectMany(r => Enumerable.Range(0, tasks)
            .Where(t => problem.Table.IsObserved(r, problem.TaskIndices[t])).Select(t => (r, t)))];
        (Rows, Tasks) = ([.. cells.Select(c => c.Row)], [.. cells.Select(c => c.Task)]);
        Outputs = new float[cells.Length * Width];
        float[] start = loss.Start();
        for (int i = 0; i < cells.Length; i++)
            start.AsSpan(loss.Offset(Tasks[i]), Width).CopyTo(Outputs.AsSpan(i * Width));
    }

    /// <summary>Row of the table of each example.</summary>
    public int[] Rows { get; }

    /// <summary>Task of each example.</summary>
    public int[] Tasks { get; }

    /// <summary>Outputs of one task.</summary>
    public int Width => _problem.Tasks[0].OutputCount;

    /// <summary>examples×<see cref="Width"/>.</summary>
    public float[] Outputs { get; }

    /// <summary>Derivatives at the outputs.</summary>
    public void Differentiate(OutputGradients gradients)
    {
        for (int i = 0; i < Rows.Length; i++)
        {
            Span<float> first = gradients.First.AsSpan(i * Width, Width);
            Outputs.AsSpan(i * Width, Width).CopyTo(first);
            _loss.DifferentiateCell(Rows[i], Tasks[i], first, gradients.Second.AsSpan(i * Width, Width));
        }
    }

    /// <summary>Mean loss of each task; NaN without an example.</summary>
    public double[] Losses()
    {
        double[] sums = new double[_problem.Tasks.Count], weights = new double[sums.Length];
        for (int i = 0; i < Rows.Length; i++)
        {
            int task = Tasks[i];
            double weight = _problem.Table.Weight(Rows[i], _problem.TaskIndices[task]);
            sums[task] += weight * _loss.CellLoss(task, _problem.Table.Label(Rows[i], _problem.TaskIndices[task]),
                Outputs.AsSpan(i * Width, Width));
            weights[task] += weight;
        }
        return [.. sums.Zip(weights, (s, w) => s / w)];
    }
}
