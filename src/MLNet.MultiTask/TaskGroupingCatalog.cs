using Microsoft.ML;
using MLNet.MultiTask.Grouping;

namespace MLNet.MultiTask;

/// <summary>Ways to turn an affinity into groups: <c>mlContext.MultiTask().Grouping</c>.</summary>
public sealed class TaskGroupingCatalog
{
    private readonly MLContext _context;

    internal TaskGroupingCatalog(MLContext context) => _context = context;

    /// <summary>The semidefinite relaxation of the average-density objective, rounded and improved by local search.</summary>
    /// <param name="groupCount">Number of groups; null = as many as the affinity suggests.</param>
    /// <param name="affinityColumnName">The column with the affinity.</param>
    /// <param name="outputColumnName">The added column.</param>
    public TaskGroupingEstimator SemidefiniteProgram(int? groupCount = null, string affinityColumnName = "TaskAffinity", string outputColumnName = "TaskGroup") =>
        SemidefiniteProgram(new TaskGroupingEstimator.Options { AffinityColumnName = affinityColumnName, OutputColumnName = outputColumnName },
            new SdpGroupingOptions { GroupCount = groupCount });

    /// <inheritdoc cref="SemidefiniteProgram(int?, string, string)"/>
    /// <param name="options">Columns.</param>
    /// <param name="method">Number of groups, constraints and accuracy; null = the defaults.</param>
    public TaskGroupingEstimator SemidefiniteProgram(TaskGroupingEstimator.Options options, SdpGroupingOptions? method = null) =>
        Custom(options, new SdpGroupingSolver(method));

    /// <summary>Any other solver, the user's own included.</summary>
    /// <param name="options">Columns.</param>
    /// <param name="solver">Finds the groups.</param>
    public TaskGroupingEstimator Custom(TaskGroupingEstimator.Options options, ITaskGroupingSolver solver) => new(_context, options, solver);
}
