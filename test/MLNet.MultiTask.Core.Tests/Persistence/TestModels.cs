using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Persistence;

namespace MLNet.MultiTask.Tests.Persistence;

/// <summary>Models with seeded weights; no training.</summary>
internal static class TestModels
{
    /// <summary>Binary "a", regression "b", three-class "c"; a and c share a network, b helps there.</summary>
    public static MultiTaskModel Mixed(string grouping = "0,(1),2|1", int features = 3, params int[] hidden)
    {
        TaskInfo[] tasks = [new("a", TaskKind.Binary), new("b", TaskKind.Regression, weight: 2.5f),
            new("c", TaskKind.Multiclass, ["x", "y", "z"])];
        return Of(tasks, TaskGrouping.Parse(grouping), features, hidden.Length == 0 ? [4, 2] : hidden, 7);
    }

    public static MultiTaskModel Of(TaskInfo[] tasks, TaskGrouping grouping, int features, int[] hidden, ulong seed,
        bool layerNorm = false, bool linearSkip = false) =>
        new(tasks, grouping,
        [.. grouping.Groups.Select(g =>
            Network([.. g.Members.Select(t => tasks[t])], features, hidden, seed, layerNorm,
                linearSkip))]);

    public static byte[] Bytes(MultiTaskModel model, FeatureEncoder? encoder = null)
    {
        var stream = new MemoryStream();
        ModelFile.Save(new SavedModel(model, encoder), stream);
        return stream.ToArray();
    }

    public static float[] Scores(MultiTaskModel model)
    {
        const int rows = 5;
        var stream = new RandomStream(3, "rows");
        float[] features = [.. Enumerable.Range(0, rows * model.FeatureCount).Select(_ => (float)stream.NextNormal())];
        var scores = new float[rows * model.OutputCount];
        model.Score(features, rows, scores);
        return scores;
    }

    private static SharedBottomNetwork Network(TaskInfo[] tasks, int features, int[] hidden, ulong seed, bool layerNorm,
        bool linearSkip)
    {
        var shape = new NetworkShape(features, hidden, tasks, layerNorm, linearSkip);
        float[] parameters = SharedBottomNetwork.Initialize(shape, seed).Parameters;
        for (int i = 1; linearSkip && i <= shape.OutputCount * features; i++)
            parameters[^i] = i;
        bool[] regression = [.. tasks.Select(t => t.Kind == TaskKind.Regression)];
        return new SharedBottomNetwork(shape, parameters,
            [.. regression.Select(r => r ? 10.5f : 0)], [.. regression.Select(r => r ? 3f : 1)]);
    }
}
