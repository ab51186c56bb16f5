namespace MLNet.MultiTask.Benchmarks.Generators;

/// <summary>The beds on which planted groups beat both corners, by name, and one whose labels mislead.</summary>
internal static class PlantedBeds
{
    private const int SharedTestRows = 4000;

    private static readonly (string Name, string Summary, Func<ulong, PlantedBed> Create)[] s_all =
    [
        ("mtb", "MultiTab-Bench: 12 regressions in 3 groups of unlike degrees, 375 + 125 rows",
            seed => MultiTab(new() { Rows = 500 + SharedTestRows, Seed = seed }, 500)),
        ("indexed", "30 regressions with rows of their own in groups of 3 to 10, 100 + 33 rows a task",
            seed => IndexedBed.Create(new() { Seed = seed })),
        ("disjoint", "20 regressions in 5 groups, each group with two features of its own, 225 + 75 rows",
            seed => DisjointBed.Create(new() { Seed = seed })),
        ("permuted-digits", "16 devices that deliver the pixels of digits in 4 orders, 40 + 15 images a device",
            seed => PermutedDigitsBed.Create(new() { Seed = seed })),
        ("misleading", "the first with labels that correlate across groups and not within, 1,500 + 500 rows",
            seed => MultiTab(new() { Rows = 2000 + SharedTestRows, LabelsMislead = true, Seed = seed }, 2000)),
    ];

    /// <summary>The beds' names and what they are.</summary>
    public static IEnumerable<(string Name, string Summary)> All => s_all.Select(b => (b.Name, b.Summary));

    /// <summary>A bed's data.</summary>
    /// <param name="name">One of <see cref="All"/>.</param>
    /// <param name="seed">Seed of everything random about the data.</param>
    /// <exception cref="ArgumentException">There is no such bed; all are listed.</exception>
    public static PlantedBed Create(string name, ulong seed) =>
        Array.Find(s_all, b => b.Name == name).Create is { } create ? create(seed)
            : throw new ArgumentException($"There is no bed '{name}'; expected one of " +
                string.Join(", ", s_all.Select(b => b.Name)), nameof(name));

    private static PlantedBed MultiTab(MultiTabBenchOptions options, int known)
    {
        (TaskTable table, TaskGrouping planted) = MultiTabBench.Generate(options);
        return new PlantedBed(table, RowSplit.Random(known, 0.25, 1), [.. Enumerable.Range(known, SharedTestRows)],
            planted);
    }
}
