using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Torch;

/// <summary>Rows that a merging may look at.</summary>
internal sealed class MergingData
{
    private readonly TrainingProblem _problem;
    private readonly int[][] _labelled;

    /// <param name="problem">Of all tasks, in the experts' order.</param>
    public MergingData(TrainingProblem problem)
    {
        _problem = problem;
        Unlabelled = [.. problem.Train, .. problem.Validation];
        _labelled = [.. problem.TaskIndices.Select(t => Observed(problem.Validation, t) is { Length: > 0 } rows ? rows
            : Observed(problem.Train, t))];
    }

    public TrainingProblem Problem => _problem;

    /// <summary>All rows; their labels are not looked at.</summary>
    public int[] Unlabelled { get; }

    /// <summary>Rows where a task is observed: held-out ones, or training rows where it has none there.</summary>
    public int[] Labelled(int task) => _labelled[task];

    private int[] Observed(int[] rows, int task) => [.. rows.Where(r => _problem.Table.Weight(r, task) > 0)];
}
