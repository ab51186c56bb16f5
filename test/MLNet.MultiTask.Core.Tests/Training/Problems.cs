namespace MLNet.MultiTask.Tests.Training;

/// <summary>Small seeded tables for tests of training.</summary>
internal static class Problems
{
    public static readonly TaskInfo Binary = new("bin", TaskKind.Binary);
    public static readonly TaskInfo Classes = new("class", TaskKind.Multiclass, ["x", "y", "z"]);
    public static readonly TaskInfo Value = new("value", TaskKind.Regression);

    /// <summary>Labels depend on the features; a share of them is missing and weights vary.</summary>
    public static TaskTable Mixed(int rows = 200, int features = 5, double missing = 0.2, ulong seed = 1, params TaskInfo[] tasks)
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
                double signal = x[row * features] + x[row * features + (t + 1) % features] * (t + 1) + 0.3 * random.NextNormal();
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

    public static RowSplit Split(TaskTable table, double validation = 0.25) => RowSplit.Random(table.RowCount, validation, 5);

    public static int[] AllTasks(TaskTable table) => [.. Enumerable.Range(0, table.Tasks.Count)];

    public static TaskTable With(TaskTable table, float[]? labels = null, float[]? weights = null) =>
        new(table.Features, table.FeatureCount, table.Tasks, labels ?? table.Labels, weights ?? table.Weights);
}
