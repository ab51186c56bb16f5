using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Grouping;

/// <summary>What the solvers that prove optimality by searching everything have in common.</summary>
internal static class ExactResult
{
    public static void ThrowIfTooMany(PartitionProblem problem, int most, string solver)
    {
        if (problem.Count > most)
            throw new ArgumentException(
                $"{solver} takes at most {Counted.Of(most, "task")} (linked tasks count once), got {problem.Count}");
    }

    /// <summary>A proven optimum; an empty assignment means that the constraints allow none.</summary>
    public static GroupingResult Create(PartitionProblem problem, int[] assignment, long steps, string reason,
        string solver)
    {
        if (assignment.Length == 0)
            throw new ArgumentException("No grouping meets the constraints");
        double value = problem.Value(assignment);
        return new GroupingResult
        {
            Grouping = problem.ToGrouping(assignment),
            Objective = value,
            Bound = value,
            IsOptimal = true,
            Iterations = steps,
            StopReason = reason,
            Solver = solver,
        };
    }
}
