namespace MLNet.MultiTask.Torch;

/// <summary>
/// <c>consensus(tasks=2; threshold=0.4; scale=0.3)</c>: task arithmetic without the entries that fewer than
/// <c>tasks</c> tasks' TALL masks keep, selfish and catastrophic ones (Wang et al., ICML 2024, equation 6).
/// </summary>
internal sealed class ConsensusMerging(MethodSettings settings) : IModelMerging
{
    private readonly int _tasks = settings.Integer("tasks", 2, 0);
    private readonly double? _threshold = settings.OptionalNumber("threshold", 0, 1000);
    private readonly double? _scale = settings.OptionalNumber("scale", 0, 10);

    public MergedModule Merge(MergingProblem problem)
    {
        if (_tasks > problem.TaskCount)
            throw new ArgumentException($"Setting 'tasks' of merging 'consensus' is {_tasks}; at most the number of " +
                $"tasks, {problem.TaskCount}, is possible: no entry would be kept");
        float[] sum = TaskArithmetic.Sum(problem.Vectors);
        bool[] mask = Consensus(TallMasks.Masks(problem, sum, _threshold), _tasks);
        int kept = mask.Count(m => m);
        return TaskArithmetic.Scaled(problem, TallMasks.Masked(sum, mask), _scale, FormattableString.Invariant(
            $"{100.0 * kept / mask.Length:F0} % of the shared parameters are used by at least {_tasks} tasks"));
    }

    /// <summary>Entries that at least so many masks keep.</summary>
    public static bool[] Consensus(bool[][] masks, int tasks) =>
        [.. Enumerable.Range(0, masks[0].Length).Select(i => masks.Count(m => m[i]) >= tasks)];
}
