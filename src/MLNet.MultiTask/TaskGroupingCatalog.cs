using MLNet.MultiTask.Grouping;
using Microsoft.ML;

namespace MLNet.MultiTask;

/// <summary>Ways to turn an affinity into groups: <c>mlContext.MultiTask().Grouping</c>.</summary>
public sealed class TaskGroupingCatalog
{
    private readonly MLContext _context;

    internal TaskGroupingCatalog(MLContext context) => _context = context;

    /// <summary>
    /// The semidefinite relaxation of the average-density objective, rounded and improved by local search.
    /// </summary>
    /// <param name="groupCount">Number of groups; null = as many as the affinity suggests.</param>
    /// <param name="affinityColumnName">The column with the affinity.</param>
    /// <param name="outputColumnName">The added column.</param>
    public TaskGroupingEstimator SemidefiniteProgram(int? groupCount = null, string affinityColumnName = "TaskAffinity",
        string outputColumnName = "TaskGroup") =>
        SemidefiniteProgram(Columns(affinityColumnName, outputColumnName),
            new SdpGroupingOptions { GroupCount = groupCount });

    /// <inheritdoc cref="SemidefiniteProgram(int?, string, string)"/>
    /// <param name="options">Columns.</param>
    /// <param name="method">Number of groups, constraints and accuracy; null = the defaults.</param>
    public TaskGroupingEstimator SemidefiniteProgram(TaskGroupingEstimator.Options options,
        SdpGroupingOptions? method = null) =>
        Custom(options, new SdpGroupingSolver(method));

    /// <summary>
    /// The optimal partition by branch and bound over the semidefinite relaxation; proves it, or returns the gap when
    /// the time is over.
    /// </summary>
    /// <param name="groupCount">Number of groups; null = as many as the affinity suggests.</param>
    /// <param name="affinityColumnName">The column with the affinity.</param>
    /// <param name="outputColumnName">The added column.</param>
    public TaskGroupingEstimator BranchAndBound(int? groupCount = null, string affinityColumnName = "TaskAffinity",
        string outputColumnName = "TaskGroup") =>
        BranchAndBound(Columns(affinityColumnName, outputColumnName),
            new BranchAndBoundOptions { GroupCount = groupCount });

    /// <inheritdoc cref="BranchAndBound(int?, string, string)"/>
    /// <param name="options">Columns.</param>
    /// <param name="method">Number of groups and everything else; null = the defaults.</param>
    public TaskGroupingEstimator BranchAndBound(TaskGroupingEstimator.Options options,
        BranchAndBoundOptions? method = null) =>
        Custom(options, new BranchAndBoundSolver(method));

    /// <summary>The optimal partition by dynamic programming over subsets, up to 16 tasks.</summary>
    /// <param name="groupCount">Number of groups; null = as many as the affinity suggests.</param>
    /// <param name="affinityColumnName">The column with the affinity.</param>
    /// <param name="outputColumnName">The added column.</param>
    public TaskGroupingEstimator SubsetProgramming(int? groupCount = null, string affinityColumnName = "TaskAffinity",
        string outputColumnName = "TaskGroup") =>
        SubsetProgramming(Columns(affinityColumnName, outputColumnName),
            new SubsetProgrammingOptions { GroupCount = groupCount });

    /// <inheritdoc cref="SubsetProgramming(int?, string, string)"/>
    /// <param name="options">Columns.</param>
    /// <param name="method">Number of groups and everything else; null = the defaults.</param>
    public TaskGroupingEstimator SubsetProgramming(TaskGroupingEstimator.Options options,
        SubsetProgrammingOptions? method = null) =>
        Custom(options, new SubsetProgrammingSolver(method));

    /// <summary>The best of all partitions, up to 12 tasks.</summary>
    /// <param name="groupCount">Number of groups; null = as many as the affinity suggests.</param>
    /// <param name="affinityColumnName">The column with the affinity.</param>
    /// <param name="outputColumnName">The added column.</param>
    public TaskGroupingEstimator Exhaustive(int? groupCount = null, string affinityColumnName = "TaskAffinity",
        string outputColumnName = "TaskGroup") =>
        Exhaustive(Columns(affinityColumnName, outputColumnName), new PartitionOptions { GroupCount = groupCount });

    /// <inheritdoc cref="Exhaustive(int?, string, string)"/>
    /// <param name="options">Columns.</param>
    /// <param name="method">Number of groups and everything else; null = the defaults.</param>
    public TaskGroupingEstimator Exhaustive(TaskGroupingEstimator.Options options, PartitionOptions? method = null) =>
        Custom(options, new ExhaustiveGroupingSolver(method));

    /// <summary>Spectral clustering of the symmetrised affinity.</summary>
    /// <param name="groupCount">Number of groups; null = as many as the affinity suggests.</param>
    /// <param name="affinityColumnName">The column with the affinity.</param>
    /// <param name="outputColumnName">The added column.</param>
    public TaskGroupingEstimator Spectral(int? groupCount = null, string affinityColumnName = "TaskAffinity",
        string outputColumnName = "TaskGroup") =>
        Spectral(Columns(affinityColumnName, outputColumnName),
            new SpectralGroupingOptions { GroupCount = groupCount });

    /// <inheritdoc cref="Spectral(int?, string, string)"/>
    /// <param name="options">Columns.</param>
    /// <param name="method">Number of groups and everything else; null = the defaults.</param>
    public TaskGroupingEstimator Spectral(TaskGroupingEstimator.Options options,
        SpectralGroupingOptions? method = null) =>
        Custom(options, new SpectralGroupingSolver(method));

    /// <summary>
    /// Spectral clustering of the bipartite extension of a directed affinity; tasks may help in groups that do not
    /// serve them.
    /// </summary>
    /// <param name="groupCount">Number of groups.</param>
    /// <param name="affinityColumnName">The column with the affinity.</param>
    /// <param name="outputColumnName">The added column.</param>
    public TaskGroupingEstimator ExtendedSpectral(int groupCount, string affinityColumnName = "TaskAffinity",
        string outputColumnName = "TaskGroup") =>
        ExtendedSpectral(Columns(affinityColumnName, outputColumnName),
            new SpectralGroupingOptions { GroupCount = groupCount });

    /// <inheritdoc cref="ExtendedSpectral(int, string, string)"/>
    /// <param name="options">Columns.</param>
    /// <param name="method">Number of groups and everything else; null = the defaults.</param>
    public TaskGroupingEstimator ExtendedSpectral(TaskGroupingEstimator.Options options,
        SpectralGroupingOptions? method = null) =>
        Custom(options, new ExtendedSpectralGroupingSolver(method));

    /// <summary>Average linkage on the affinity.</summary>
    /// <param name="groupCount">Number of groups; null = as many as the affinity suggests.</param>
    /// <param name="affinityColumnName">The column with the affinity.</param>
    /// <param name="outputColumnName">The added column.</param>
    public TaskGroupingEstimator Agglomerative(int? groupCount = null, string affinityColumnName = "TaskAffinity",
        string outputColumnName = "TaskGroup") =>
        Agglomerative(Columns(affinityColumnName, outputColumnName), new PartitionOptions { GroupCount = groupCount });

    /// <inheritdoc cref="Agglomerative(int?, string, string)"/>
    /// <param name="options">Columns.</param>
    /// <param name="method">Number of groups and everything else; null = the defaults.</param>
    public TaskGroupingEstimator Agglomerative(TaskGroupingEstimator.Options options,
        PartitionOptions? method = null) =>
        Custom(options, new AgglomerativeGroupingSolver(method));

    /// <summary>k-means on the rows of the relaxation's solution, without search on the objective.</summary>
    /// <param name="groupCount">Number of groups; null = as many as the affinity suggests.</param>
    /// <param name="affinityColumnName">The column with the affinity.</param>
    /// <param name="outputColumnName">The added column.</param>
    public TaskGroupingEstimator KMeans(int? groupCount = null, string affinityColumnName = "TaskAffinity",
        string outputColumnName = "TaskGroup") =>
        KMeans(Columns(affinityColumnName, outputColumnName), new SdpGroupingOptions { GroupCount = groupCount });

    /// <inheritdoc cref="KMeans(int?, string, string)"/>
    /// <param name="options">Columns.</param>
    /// <param name="method">Number of groups and everything else; null = the defaults.</param>
    public TaskGroupingEstimator KMeans(TaskGroupingEstimator.Options options, SdpGroupingOptions? method = null) =>
        Custom(options, new KMeansGroupingSolver(method));

    /// <summary>
    /// Fuzzy k-means on the tasks' rows and columns of the affinity; tasks may help in groups that do not serve them.
    /// </summary>
    /// <param name="groupCount">Number of groups.</param>
    /// <param name="affinityColumnName">The column with the affinity.</param>
    /// <param name="outputColumnName">The added column.</param>
    public TaskGroupingEstimator Fuzzy(int groupCount, string affinityColumnName = "TaskAffinity",
        string outputColumnName = "TaskGroup") =>
        Fuzzy(Columns(affinityColumnName, outputColumnName), new FuzzyGroupingOptions { GroupCount = groupCount });

    /// <inheritdoc cref="Fuzzy(int, string, string)"/>
    /// <param name="options">Columns.</param>
    /// <param name="method">Number of groups and everything else; null = the defaults.</param>
    public TaskGroupingEstimator Fuzzy(TaskGroupingEstimator.Options options, FuzzyGroupingOptions? method = null) =>
        Custom(options, new FuzzyGroupingSolver(method));

    /// <summary>The best division into runs of neighbouring tasks, for tasks with an order.</summary>
    /// <param name="groupCount">Number of groups; null = as many as the affinity suggests.</param>
    /// <param name="affinityColumnName">The column with the affinity.</param>
    /// <param name="outputColumnName">The added column.</param>
    public TaskGroupingEstimator Interval(int? groupCount = null, string affinityColumnName = "TaskAffinity",
        string outputColumnName = "TaskGroup") =>
        Interval(Columns(affinityColumnName, outputColumnName), new PartitionOptions { GroupCount = groupCount });

    /// <inheritdoc cref="Interval(int?, string, string)"/>
    /// <param name="options">Columns.</param>
    /// <param name="method">Number of groups and everything else; null = the defaults.</param>
    public TaskGroupingEstimator Interval(TaskGroupingEstimator.Options options, PartitionOptions? method = null) =>
        Custom(options, new IntervalGroupingSolver(method));

    /// <summary>Simulated annealing on the average-density objective.</summary>
    /// <param name="groupCount">Number of groups; null = as many as the affinity suggests.</param>
    /// <param name="affinityColumnName">The column with the affinity.</param>
    /// <param name="outputColumnName">The added column.</param>
    public TaskGroupingEstimator Annealing(int? groupCount = null, string affinityColumnName = "TaskAffinity",
        string outputColumnName = "TaskGroup") =>
        Annealing(Columns(affinityColumnName, outputColumnName), new AnnealingOptions { GroupCount = groupCount });

    /// <inheritdoc cref="Annealing(int?, string, string)"/>
    /// <param name="options">Columns.</param>
    /// <param name="method">Number of groups and everything else; null = the defaults.</param>
    public TaskGroupingEstimator Annealing(TaskGroupingEstimator.Options options, AnnealingOptions? method = null) =>
        Custom(options, new AnnealingGroupingSolver(method));

    /// <summary>
    /// Random search with quick reject; with an evaluation in the options, groups are really trained.
    /// </summary>
    /// <param name="groupCount">Number of groups; null = as many as the affinity suggests.</param>
    /// <param name="affinityColumnName">The column with the affinity.</param>
    /// <param name="outputColumnName">The added column.</param>
    public TaskGroupingEstimator RandomSearch(int? groupCount = null, string affinityColumnName = "TaskAffinity",
        string outputColumnName = "TaskGroup") =>
        RandomSearch(Columns(affinityColumnName, outputColumnName),
            new RandomSearchOptions { GroupCount = groupCount });

    /// <inheritdoc cref="RandomSearch(int?, string, string)"/>
    /// <param name="options">Columns.</param>
    /// <param name="method">Number of groups and everything else; null = the defaults.</param>
    public TaskGroupingEstimator RandomSearch(TaskGroupingEstimator.Options options,
        RandomSearchOptions? method = null) =>
        Custom(options, new RandomSearchGroupingSolver(method));

    /// <summary>
    /// TAG's selection: at most so many groups that may overlap, the mean over tasks of the best group's mean affinity
    /// is largest.
    /// </summary>
    /// <param name="groupCount">Number of groups.</param>
    /// <param name="affinityColumnName">The column with the affinity.</param>
    /// <param name="outputColumnName">The added column.</param>
    public TaskGroupingEstimator Cover(int groupCount, string affinityColumnName = "TaskAffinity",
        string outputColumnName = "TaskGroup") =>
        Cover(Columns(affinityColumnName, outputColumnName), new CoverGroupingOptions { GroupCount = groupCount });

    /// <inheritdoc cref="Cover(int, string, string)"/>
    /// <param name="options">Columns.</param>
    /// <param name="method">Number of groups and everything else; null = the defaults.</param>
    public TaskGroupingEstimator Cover(TaskGroupingEstimator.Options options, CoverGroupingOptions? method = null) =>
        Custom(options, new CoverGroupingSolver(method));

    /// <summary>So many different groups that may overlap, with the largest sum of densities.</summary>
    /// <param name="groupCount">Number of groups.</param>
    /// <param name="affinityColumnName">The column with the affinity.</param>
    /// <param name="outputColumnName">The added column.</param>
    public TaskGroupingEstimator QuotientCover(int groupCount, string affinityColumnName = "TaskAffinity",
        string outputColumnName = "TaskGroup") =>
        QuotientCover(Columns(affinityColumnName, outputColumnName),
            new CoverGroupingOptions { GroupCount = groupCount });

    /// <inheritdoc cref="QuotientCover(int, string, string)"/>
    /// <param name="options">Columns.</param>
    /// <param name="method">Number of groups and everything else; null = the defaults.</param>
    public TaskGroupingEstimator QuotientCover(TaskGroupingEstimator.Options options,
        CoverGroupingOptions? method = null) =>
        Custom(options, new QuotientCoverSolver(method));

    /// <summary>Any other solver, the user's own included.</summary>
    /// <param name="options">Columns.</param>
    /// <param name="solver">Finds the groups.</param>
    public TaskGroupingEstimator Custom(TaskGroupingEstimator.Options options, ITaskGroupingSolver solver) =>
        new(_context, options, solver);

    private static TaskGroupingEstimator.Options Columns(string affinity, string output) =>
        new() { AffinityColumnName = affinity, OutputColumnName = output };
}
