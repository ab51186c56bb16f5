namespace MLNet.MultiTask.Benchmarks.Generators;

/// <summary>
/// Task-indexed regression: every row belongs to one task, x ~ N(0, I), y = .9 of a function that the task's group
/// shares plus .1 of one of its own.
/// </summary>
internal static class IndexedBed
{
    private const double GroupShare = 0.9, OwnShare = 0.1, FrequencyScale = 0.5;

    public static PlantedBed Create(IndexedBedOptions options)
    {
        (TaskInfo[] tasks, TaskGrouping planted, int[] groupOf) =
            PlantedBed.Tasks(options.GroupSizes, TaskKind.Regression);
        Func<ReadOnlySpan<float>, double>[] targets = Targets(options, groupOf);
        int each = options.TrainRows + options.ValidationRows + options.TestRows, d = options.Features;
        int rows = tasks.Length * each;
        float[] features = new float[rows * d], labels = new float[rows * tasks.Length];
        Array.Fill(labels, float.NaN);
        List<int> train = [], validation = [], test = [];
        for (int t = 0, row = 0; t < tasks.Length; t++)
        {
            var x = new RandomStream(options.Seed, "indexed features", t);
            for (int i = 0; i < each; i++, row++)
            {
                Span<float> own = features.AsSpan(row * d, d);
                foreach (ref float value in own)
                    value = (float)x.NextNormal();
                labels[row * tasks.Length + t] = (float)targets[t](own);
                (i < options.TrainRows ? train : i < options.TrainRows + options.ValidationRows ? validation : test)
                    .Add(row);
            }
        }
        return new PlantedBed(new TaskTable(features, d, tasks, labels), new RowSplit([.. train], [.. validation]),
            [.. test], planted);
    }

    /// <summary>Per task: what its labels are made by.</summary>
    internal static Func<ReadOnlySpan<float>, double>[] Targets(IndexedBedOptions options, int[] groupOf)
    {
        CosineFunction[] shared = [.. options.GroupSizes.Select((_, g) =>
            new CosineFunction(new RandomStream(options.Seed, "indexed group", g), options.Features, FrequencyScale))];
        return [.. groupOf.Select((g, t) =>
        {
            var own = new CosineFunction(new RandomStream(options.Seed, "indexed task", t), options.Features,
                FrequencyScale);
            return (Func<ReadOnlySpan<float>, double>)(x => GroupShare * shared[g].At(x) + OwnShare * own.At(x));
        })];
    }
}

/// <summary>What <see cref="IndexedBed"/> generates.</summary>
internal sealed record IndexedBedOptions
{
    /// <summary>Tasks in each planted group.</summary>
    public IReadOnlyList<int> GroupSizes { get; init; } = [3, 4, 5, 8, 10];

    /// <summary>Number of features.</summary>
    public int Features { get; init; } = 5;

    /// <summary>Rows of a task to fit on.</summary>
    public int TrainRows { get; init; } = 100;

    /// <summary>Rows of a task that stop training.</summary>
    public int ValidationRows { get; init; } = 33;

    /// <summary>Rows of a task to test on.</summary>
    public int TestRows { get; init; } = 300;

    /// <summary>Seed of functions and features.</summary>
    public ulong Seed { get; init; } = 1;
}
