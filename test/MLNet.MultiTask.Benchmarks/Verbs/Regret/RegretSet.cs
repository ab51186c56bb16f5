using MLNet.MultiTask.Benchmarks.Generators;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Tool.Data;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>Data on which groupings are really trained: a planted bed, or a split of a data set.</summary>
internal sealed record RegretSet
{
    public required string Name { get; init; }

    /// <summary>Seed of a bed's data; number of a real set's split.</summary>
    public required int Seed { get; init; }

    public required TaskTable Table { get; init; }

    public required RowSplit Split { get; init; }

    public required int[] Test { get; init; }

    /// <summary>Null where nobody knows it.</summary>
    public TaskGrouping? Planted { get; init; }

    /// <summary>Tasks that the training rows cannot teach, by name.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    /// <summary>As many groups as were planted, else the root of the number of tasks.</summary>
    public int GroupCount => Planted?.Count ?? Math.Max(2, (int)Math.Round(Math.Sqrt(Table.Tasks.Count)));

    public string MetricName => Table.Tasks[0].Kind switch
    {
        TaskKind.Binary => "auc", TaskKind.Multiclass => "logloss", _ => "rrmse",
    };

    public bool HigherIsBetter => MetricName == "auc";

    public static RegretSet Bed(string name, int seed)
    {
        PlantedBed bed = PlantedBeds.Create(name, (ulong)seed);
        return new RegretSet
        {
            Name = name, Seed = seed, Table = bed.Table, Split = bed.Split, Test = bed.Test, Planted = bed.Planted,
        };
    }

    /// <summary>
    /// A set of the manifest as the published baselines take it; the first split is theirs, the others follow.
    /// </summary>
    public static RegretSet Real(string manifest, string name, int split, CancellationToken cancellationToken)
    {
        var preset = new QualityBaselines();
        DataSet data = DataSet.Read(preset.Apply(Manifest.Read(manifest, name), name),
            DataSplit.DefaultSeed + (ulong)split - 1, preset.MaxRows, cancellationToken);
        int[] learnable = [.. Enumerable.Range(0, data.Table.Tasks.Count).Where(t => Varies(data, t))];
        return new RegretSet
        {
            Name = name, Seed = split, Table = data.Table.Select(learnable), Split = data.TrainingRows,
            Test = data.Split.Test,
            LeftOut = [.. data.Table.Tasks.Select(t => t.Name).Where((_, t) => !learnable.Contains(t))],
        };
    }

    /// <summary>The rows that train or stop, as a table of their own.</summary>
    public TaskTable KnownRows()
    {
        int[] rows = [.. Split.Train.Concat(Split.Validation).Order()];
        int tasks = Table.Tasks.Count;
        float[] features = new float[rows.Length * Table.FeatureCount], labels = new float[rows.Length * tasks];
        Table.Features.CopyRows(rows, features);
        for (int i = 0; i < rows.Length; i++)
            Table.Labels.AsSpan(rows[i] * tasks, tasks).CopyTo(labels.AsSpan(i * tasks));
        return new TaskTable(features, Table.FeatureCount, Table.Tasks, labels);
    }

    /// <summary>The set's metric of one task on its test rows; NaN where it has none.</summary>
    public double Metric(IGroupModel model, int task)
    {
        TaskInfo info = Table.Tasks[task];
        int[] rows = [.. Test.Where(row => Table.IsObserved(row, task))];
        if (rows.Length == 0)
            return double.NaN;
        var features = new float[rows.Length * Table.FeatureCount];
        Table.Features.CopyRows(rows, features);
        var all = new float[rows.Length * model.OutputCount];
        model.Score(features, rows.Length, all, []);
        int offset = model.OutputOffset(model.Tasks.ToList().FindIndex(t => t.Name == info.Name));
        var scores = new float[rows.Length * info.OutputCount];
        for (int i = 0; i < rows.Length; i++)
            all.AsSpan(i * model.OutputCount + offset, info.OutputCount).CopyTo(scores.AsSpan(i * info.OutputCount));
        float[] labels = [.. rows.Select(row => Table.Label(row, task))];
        float[] known = [.. Split.Train.Select(row => Table.Label(row, task))];
        TaskMetrics metrics = MultiTaskMetrics.Evaluate([info], scores, labels,
            reference: ConstantPredictor.Learn([info], known)).Tasks[0];
        return MetricName switch
        {
            "auc" => metrics.AreaUnderRocCurve, "logloss" => metrics.LogLoss, _ => metrics.RelativeRmse,
        };
    }

    /// <summary>Mean of the tasks' metrics under models that together serve all of them.</summary>
    public double Macro(IEnumerable<GroupFit> fits) => fits.SelectMany(f => f.Models)
        .SelectMany(m => m.Served.Select(task => Metric(m.Model, task))).Where(m => !double.IsNaN(m)).Average();

    private static bool Varies(DataSet data, int task)
    {
        float[] labels = [.. data.Split.Train.Where(row => data.Table.IsObserved(row, task))
            .Select(row => data.Table.Label(row, task))];
        return labels.Length > 0 && labels.Any(label => label != labels[0]);
    }
}
