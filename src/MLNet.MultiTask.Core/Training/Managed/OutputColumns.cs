using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Training.Managed;

/// <summary>
/// What every output column of a network is: whose, of which kind, and how its target is scaled. Padded to whole
/// panels.
/// </summary>
internal sealed class OutputColumns
{
    public OutputColumns(TrainingProblem problem)
    {
        Tasks = problem.Tasks;
        int count = Tasks.Sum(t => t.OutputCount), padded = PanelProduct.Panels(count) * PanelProduct.Width;
        (Count, First) = (count, new int[Tasks.Count]);
        int offset = problem.TaskIndices[0];
        Consecutive = count == Tasks.Count
            && problem.TaskIndices.Select((task, t) => task == offset + t).All(same => same);
        (Means, Scales, Regression, Elementwise) =
            (new float[padded], new float[padded], new float[padded], new float[padded]);
        for (int t = 0, column = 0; t < Tasks.Count; column += Tasks[t++].OutputCount)
        {
            First[t] = column;
            (Means[column], Scales[column]) = (problem.Means[t], problem.Scales[t]);
            Regression[column] = Tasks[t].Kind == TaskKind.Regression ? 1 : 0;
            Elementwise[column] = Tasks[t].Kind == TaskKind.Multiclass ? 0 : 1;
        }
        Multiclass = [.. Enumerable.Range(0, Tasks.Count).Where(t => Tasks[t].Kind == TaskKind.Multiclass)];
    }

    public IReadOnlyList<TaskInfo> Tasks { get; }

    /// <summary>Whether column c is the table's column c after the first task's.</summary>
    public bool Consecutive { get; }

    /// <summary>Columns in use.</summary>
    public int Count { get; }

    /// <summary>First column of each task; label and weight of a task stand there.</summary>
    public int[] First { get; }

    public float[] Means { get; }

    public float[] Scales { get; }

    /// <summary>1 where the column is a regression task, otherwise 0.</summary>
    public float[] Regression { get; }

    /// <summary>1 where the column's loss does not look at other columns, 0 at multi-class tasks and padding.</summary>
    public float[] Elementwise { get; }

    /// <summary>The multi-class tasks.</summary>
    public int[] Multiclass { get; }
}
