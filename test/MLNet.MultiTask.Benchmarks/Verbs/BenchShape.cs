using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>Sizes that the bench verbs and their peers agree on: binary tasks on a trunk of ReLU layers.</summary>
internal sealed record BenchShape(string Name, int Features, int[] Hidden, int Tasks, int Batch)
{
    public static readonly BenchShape A = new("a", 64, [128, 64], 14, 256);
    public static readonly BenchShape B = new("b", 256, [256, 128], 20, 256);
    public static readonly BenchShape C = new("c", 512, [512, 256], 100, 1024);
    public static readonly IReadOnlyList<BenchShape> All = [A, B, C];

    public TaskInfo[] TaskInfos() =>
        [.. Enumerable.Range(0, Tasks).Select(t => new TaskInfo($"task{t}", TaskKind.Binary))];

    public NetworkShape NetworkShape() => new(Features, Hidden, TaskInfos());

    /// <summary>rows×features, standard normal.</summary>
    public float[] RandomFeatures(int rows)
    {
        var random = new RandomStream(3, "bench features");
        var features = new float[rows * Features];
        foreach (ref float value in features.AsSpan())
            value = (float)random.NextNormal();
        return features;
    }
}
