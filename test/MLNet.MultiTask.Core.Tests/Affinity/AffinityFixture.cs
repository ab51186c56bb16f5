using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Tests.Affinity;

/// <summary>Small tables of mixed tasks with missing labels and weights, and untrained networks on them.</summary>
internal static class AffinityFixture
{
    public static TaskTable Mixed(int rows = 40, ulong seed = 7)
    {
        TaskInfo[] tasks =
        [
            new("yes", TaskKind.Binary), new("class", TaskKind.Multiclass, ["a", "b", "c"]),
            new("amount", TaskKind.Regression, weight: 2), new("no", TaskKind.Binary),
        ];
        const int d = 6;
        var random = new RandomStream(seed, "table");
        float[] features = new float[rows * d], labels = new float[rows * 4], weights = new float[rows * 4];
        for (int i = 0; i < features.Length; i++)
            features[i] = (float)random.NextNormal();
        for (int r = 0; r < rows; r++)
            for (int t = 0; t < 4; t++)
            {
                float x = features[r * d + t] + 0.5f * features[r * d + 4];
                float y = t switch { 1 => x > 0.6f ? 2 : x > -0.4f ? 1 : 0, 2 => 3 + 2 * x, _ => x > 0 ? 1 : 0 };
                labels[r * 4 + t] = random.NextDouble() < 0.2 ? float.NaN : y;
                weights[r * 4 + t] = 0.5f + random.NextSingle();
            }
        return new TaskTable(features, d, tasks, labels, weights);
    }

    public static SharedBottomNetwork Network(TaskTable table, params int[] hidden) => Network(table, false, hidden);

    public static SharedBottomNetwork Network(TaskTable table, bool layerNorm, params int[] hidden) =>
        Network(table, layerNorm, false, hidden);

    /// <summary>With layer norm, gains and shifts are away from 1 and 0; with a skip, its weights from 0.</summary>
    public static SharedBottomNetwork Network(TaskTable table, bool layerNorm, bool linearSkip, params int[] hidden)
    {
        var shape = new NetworkShape(table.FeatureCount, hidden, table.Tasks, layerNorm, linearSkip);
        var scaled = new float[table.Tasks.Count];
        Array.Fill(scaled, 2f);
        float[] parameters = SharedBottomNetwork.Initialize(shape, 3).Parameters;
        var random = new RandomStream(4, "norm");
        for (int l = 0; l < hidden.Length && layerNorm; l++)
            foreach (ref float p in parameters.AsSpan(shape.Layer(l).GainOffset, 2 * hidden[l]))
                p += 0.6f * random.NextSingle() - 0.3f;
        if (linearSkip)
            foreach (ref float p in parameters.AsSpan(^(shape.OutputCount * shape.FeatureCount)..))
                p = random.NextSingle() - 0.5f;
        return new SharedBottomNetwork(shape, parameters, new float[table.Tasks.Count], scaled);
    }

    public static TrunkVectors RandomVectors(NetworkShape shape, int count, ulong seed = 5)
    {
        var vectors = new TrunkVectors(shape, count);
        var random = new RandomStream(seed, "vectors");
        foreach (float[] block in vectors.Blocks)
            for (int i = 0; i < block.Length; i++)
                block[i] = (float)random.NextNormal();
        return vectors;
    }

    /// <summary>The flat parameters W + ε·vector.</summary>
    public static double[] Moved(SharedBottomNetwork network, TrunkVectors vectors, int index, double epsilon)
    {
        double[] parameters = ReferenceNetwork.Parameters(network);
        for (int b = 0; b < vectors.Blocks.Length; b++)
        {
            Span<float> v = vectors.Vector(b, index);
            for (int i = 0; i < v.Length; i++)
                parameters[TrunkVectors.BlockOffset(network.Shape, b) + i] += epsilon * v[i];
        }
        return parameters;
    }

    public static int[] AllRows(TaskTable table) => [.. Enumerable.Range(0, table.RowCount)];

    public static TrunkSweep Sweep(SharedBottomNetwork network, TaskTable table, int threads = 2) =>
        new(network, table, AllRows(table), threads, CancellationToken.None);
}
