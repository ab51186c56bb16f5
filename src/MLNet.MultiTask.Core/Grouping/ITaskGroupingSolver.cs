namespace MLNet.MultiTask.Grouping;

/// <summary>Turns an affinity matrix into groups of tasks.</summary>
public interface ITaskGroupingSolver
{
    /// <summary>The name that <see cref="GroupingResult.Solver"/> carries.</summary>
    string Name { get; }

    /// <summary>Solves for a grouping of all tasks.</summary>
    /// <param name="affinity">T×T, higher is better.</param>
    /// <param name="cancellationToken">Looked at every iteration.</param>
    GroupingResult Solve(TaskAffinity affinity, CancellationToken cancellationToken = default);
}
