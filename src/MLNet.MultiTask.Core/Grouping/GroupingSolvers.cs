namespace MLNet.MultiTask.Grouping;

/// <summary>All grouping solvers by name: what the command, the catalog's tests and the guide read.</summary>
public static class GroupingSolvers
{
    /// <summary>Every solver, the default first.</summary>
    public static IReadOnlyList<GroupingSolverMethod> All { get; } =
    [
        new("sdp", "SemidefiniteProgram",
            "semidefinite relaxation, rounded, improved by local search; with a proven bound", false,
            s => new SdpGroupingSolver(s.Relaxation())),
        new("branch-and-bound", "BranchAndBound",
            "proves the optimum, or says the gap when --time-limit is over", false,
            s => new BranchAndBoundSolver(s.Limited())),
        new("subset-programming", "SubsetProgramming", "proves the optimum; up to 16 tasks", false,
            s => new SubsetProgrammingSolver(s.As<SubsetProgrammingOptions>())),
        new("exhaustive", "Exhaustive", "tries every partition; up to 12 tasks", false,
            s => new ExhaustiveGroupingSolver(s)),
        new("spectral", "Spectral", "k-means on the leading eigenvectors of the similarity", false,
            s => new SpectralGroupingSolver(s.As<SpectralGroupingOptions>())),
        new("extended-spectral", "ExtendedSpectral",
            "the same on the bipartite extension of a directed matrix; tasks may help in other groups", true,
            s => new ExtendedSpectralGroupingSolver(s.As<SpectralGroupingOptions>())),
        new("agglomerative", "Agglomerative", "average linkage", false, s => new AgglomerativeGroupingSolver(s)),
        new("kmeans", "KMeans", "k-means on the rows of the relaxation's solution", false,
            s => new KMeansGroupingSolver(s.As<SdpGroupingOptions>())),
        new("fuzzy", "Fuzzy", "fuzzy k-means on the tasks' rows and columns; tasks may help in other groups", true,
            s => new FuzzyGroupingSolver(new() { GroupCount = s.Count(), Seed = s.Seed })),
        new("interval", "Interval", "the best division into runs of neighbouring tasks, for tasks with an order", false,
            s => new IntervalGroupingSolver(s)),
        new("annealing", "Annealing", "simulated annealing", false,
            s => new AnnealingGroupingSolver(s.As<AnnealingOptions>())),
        new("random-search", "RandomSearch", "random moves", false,
            s => new RandomSearchGroupingSolver(s.As<RandomSearchOptions>())),
        new("cover", "Cover",
            "TAG's selection: at most K groups that may overlap; the mean over tasks of the best group's mean affinity",
            true, s => new CoverGroupingSolver(s.Cover())),
        new("quotient-cover", "QuotientCover", "K different groups that may overlap; the sum of their densities", true,
            s => new QuotientCoverSolver(s.Cover())),
    ];

    /// <summary>The solver of a name.</summary>
    /// <exception cref="ArgumentException">There is none; all are listed.</exception>
    public static GroupingSolverMethod Of(string name) => All.FirstOrDefault(m => m.Name == name)
        ?? throw new ArgumentException($"There is no grouping solver '{name}'; expected one of " +
            string.Join(", ", All.Select(m => m.Name)), nameof(name));
}
