namespace MLNet.MultiTask.Benchmarks.Generators;

/// <summary>
/// Regressions over the same rows whose groups look at features of their own: x ~ N(0, I), two features a group, and
/// every task a function of its group's two, plus noise of standard deviation .3.
/// </summary>
internal static class DisjointBed
{
    private const double FrequencyScale = 1;

    public static PlantedBed Create(DisjointBedOptions options)
    {
        (TaskInfo[] tasks, TaskGrouping planted, int[] groupOf) =
            PlantedBed.Tasks(options.GroupSizes, TaskKind.Regression);
        int known = options.TrainRows + options.ValidationRows, rows = known + options.TestRows;
        int per = options.FeaturesPerGroup, d = per * options.GroupSizes.Count;
        CosineFunction[] functions = [.. groupOf.Select((_, t) =>
            new CosineFunction(new RandomStream(options.Seed, "disjoint", t), per, FrequencyScale))];
        var x = new RandomStream(options.Seed, "disjoint features");
        var noise = new RandomStream(options.Seed, "disjoint noise");
        float[] features = new float[rows * d], labels = new float[rows * tasks.Length];
        for (int row = 0; row < rows; row++)
        {
            Span<float> own = features.AsSpan(row * d, d);
            foreach (ref float value in own)
                value = (float)x.NextNormal();
            for (int t = 0; t < tasks.Length; t++)
                labels[row * tasks.Length + t] = (float)(functions[t].At(own.Slice(groupOf[t] * per, per))
                    + options.Noise * noise.NextNormal());
        }
        return new PlantedBed(new TaskTable(features, d, tasks, labels),
            new RowSplit([.. Enumerable.Range(0, options.TrainRows)],
                [.. Enumerable.Range(options.TrainRows, options.ValidationRows)]),
            [.. Enumerable.Range(known, options.TestRows)], planted);
    }
}

/// <summary>What <see cref="DisjointBed"/> generates.</summary>
internal sealed record DisjointBedOptions
{
    /// <summary>Tasks in each planted group.</summary>
    public IReadOnlyList<int> GroupSizes { get; init; } = [4, 4, 4, 4, 4];

    /// <summary>Features that only the tasks of one group depend on.</summary>
    public int FeaturesPerGroup { get; init; } = 2;

    /// <summary>Standard deviation of the noise; the functions have about 1.</summary>
    public double Noise { get; init; } = 0.3;

    /// <summary>Rows to fit on.</summary>
    public int TrainRows { get; init; } = 225;

    /// <summary>Rows that stop training.</summary>
    public int ValidationRows { get; init; } = 75;

    /// <summary>Rows to test on.</summary>
    public int TestRows { get; init; } = 4000;

    /// <summary>Seed of functions, features and noise.</summary>
    public ulong Seed { get; init; } = 1;
}
