namespace MLNet.MultiTask.Tests.Training;

/// <summary>Small seeded tables for tests of training.</summary>
internal static class Problems
{
    public static readonly TaskInfo Binary = new("bin", TaskKind.Binary);
    public static readonly TaskInfo Classes = new("class", TaskKind.Multiclass, ["x", "y", "z"]);
    public static readonly TaskInfo Value = new("value", TaskKind.Regression);

    /// <summary>Labels depend on the features; a share of them is missing and weights vary.</summary>
    public static TaskTable Mixed(int rows = 200, int features = 5, double missing = 0.2, ulong seed = 1,
        params TaskInfo[] tasks)
    {
        if (tasks.Length == 0)
            tasks = [Binary, Classes, Value];
        var random = new RandomStream(seed, "problem");
        var x = new float[rows * features];
        foreach (ref float value in x.AsSpan())
            value = (float)random.NextNormal();
        float[] labels = new float[rows * tasks.Length], weights = new float[labels.Length];
        for (int row = 0; row < rows; row++)
            for (int t = 0; t < tasks.Length; t++)
            {
                double signal = x[row * features] + x[row * features + (t + 1) % features] * (t + 1)
                    + 0.3 * random.NextNormal();
                int cell = row * tasks.Length + t;
                labels[cell] = random.NextDouble() < missing ? float.NaN : tasks[t].Kind switch
                {
                    TaskKind.Binary => signal > 0 ? 1 : 0,
                    TaskKind.Multiclass => signal < -0.7 ? 0 : signal < 0.7 ? 1 : 2,
                    _ => (float)(3 + 2 * signal),
                };
                weights[cell] = 0.5f + random.NextSingle();
            }
        return new TaskTable(x, features, tasks, labels, weights);
    }

    /// <summary>A binary and a regression task on 0/1 features of which few are 1.</summary>
    public static TaskTable Indicators(int rows, int features, double density, bool standardised = false)
    {
        var random = new RandomStream(6, "indicators");
        var x = new float[rows * features];
        foreach (ref float value in x.AsSpan())
            value = random.NextDouble() < density ? 1 : 0;
        var labels = new float[rows * 2];
        for (int row = 0; row < rows; row++)
        {
            double signal = x.AsSpan(row * features, features / 2).Count(1f) - density * features / 2
                + 0.5 * random.NextNormal();
            (labels[2 * row], labels[2 * row + 1]) = (signal > 0 ? 1 : 0, row % 4 == 0 ? float.NaN : (float)signal);
        }
        for (int c = 0; c < features && standardised; c++)
        {
            double mean = Enumerable.Range(0, rows).Average(r => x[r * features + c]),
                scale = Math.Sqrt(mean * (1 - mean));
            for (int r = 0; r < rows; r++)
                x[r * features + c] = (float)((x[r * features + c] - mean) / (scale > 0 ? scale : 1));
        }
        return new TaskTable(x, features, [Binary, Value], labels);
    }

    public static RowSplit Split(TaskTable table, double validation = 0.25) =>
        RowSplit.Random(table.RowCount, validation, 5);

    public static int[] AllTasks(TaskTable table) => [.. Enumerable.Range(0, table.Tasks.Count)];

    /// <summary>The table with features that were changed in place.</summary>
    public static TaskTable WithFeatures(TaskTable table, Action<float[]> change, bool allowMissing = false)
    {
        float[] features = table.Features.ToArray();
        change(features);
        return new TaskTable(features, table.FeatureCount, table.Tasks, table.Labels, table.Weights, allowMissing);
    }

    public static TaskTable With(TaskTable table, float[]? labels = null, float[]? weights = null) =>
        new(table.Features, table.Tasks, labels ?? table.Labels, weights ?? table.Weights);
}
