using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Tests.Training;
using MLNet.MultiTask.Tests.Training.Tabular;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Gradients;

[TestClass]
public sealed class TabularChunkTests
{
    public static IEnumerable<object[]> Networks =>
        from embedding in Enum.GetValues<FeatureEmbedding>()
        from members in new[] { 1, 2 }
        select new object[] { embedding, members };

    [TestMethod]
    [DynamicData(nameof(Networks))]
    public void Tangent_EveryPair_EqualsFiniteDifferencesAndThePullBack(FeatureEmbedding embedding, int members)
    {
        (TaskTable table, TabularNetwork network) = Create(embedding, members);
        var chunk = new TabularChunk(network, table, 16);
        chunk.Load([.. Enumerable.Range(10, 16)]);
        int shared = network.Shape.TrunkParameterCount;
        var random = new RandomStream(9, "direction");
        float[] direction = new float[shared], signals = new float[chunk.PairCount];
        foreach (ref float v in direction.AsSpan())
            v = (float)random.NextNormal();
        foreach (ref float s in signals.AsSpan())
            s = (float)random.NextNormal();
        var along = new float[chunk.PairCount];
        chunk.Tangent(direction, along, 0, 1);
        double[] slopes = FiniteDifferences(table, network, direction);
        Assert.AreEqual(slopes.Length, chunk.PairCount);
        for (int p = 0; p < along.Length; p++)
            Assert.AreEqual(slopes[p], along[p], 1e-3 * (1 + Math.Abs(slopes[p])), $"pair {p}");

        float[] sum = new float[shared], again = new float[shared];
        chunk.Pull(signals, sum);
        chunk.Pull(signals, again);
        CollectionAssert.AreEqual(sum, again);
        double expected = signals.Zip(along, (s, a) => (double)s * a).Sum();
        Assert.AreEqual(expected, sum.Zip(direction, (g, v) => (double)g * v).Sum(), 1e-3 * (1 + Math.Abs(expected)));
    }

    // The change of every pair's u along the direction, in double precision, rows outside and members inside.
    private static double[] FiniteDifferences(TaskTable table, TabularNetwork network, float[] direction)
    {
        const double nudge = 1e-6;
        double[] up = Moved(nudge), down = Moved(-nudge);
        return [.. up.Zip(down, (u, d) => (u - d) / (2 * nudge))];

        double[] Moved(double by)
        {
            double[] parameters = [.. network.Parameters.Select(p => (double)p)];
            for (int i = 0; i < direction.Length; i++)
                parameters[i] += by * direction[i];
            var all = new List<double>();
            for (int row = 10; row < 26; row++)
                for (int t = 0; t < 3; t++)
                    for (int i = 0; i < network.Shape.Members && table.IsObserved(row, t); i++)
                        all.Add(Value(t, table.Label(row, t),
                            DoubleTabularNetwork.Outputs(network, parameters, table.FeatureRow(row), i)));
            return [.. all];
        }

        double Value(int task, float label, double[] outputs)
        {
            double[] z = [.. outputs.Skip(network.OutputOffset(task)).Take(table.Tasks[task].OutputCount)
                .Select(v => v * (task == 2 ? 1 : network.Targets[task].Scale))];
            return task switch
            {
                0 => label > 0.5f ? z[0] : -z[0],
                1 => z[(int)label] - Math.Log(z.Where((_, k) => k != (int)label).Sum(Math.Exp)),
                _ => z[0],
            };
        }
    }

    private static (TaskTable, TabularNetwork) Create(FeatureEmbedding embedding, int members)
    {
        TaskTable table = Problems.Mixed(60, 4);
        var problem = new TrainingProblem(table, new RowSplit([.. Enumerable.Range(0, 60)], []), [0, 1, 2]);
        TabularNetwork start = TabularBuilder.Create(problem, new TabularOptions
        {
            Hidden = [7, 5], Embedding = embedding, Members = members, LinearSkip = true,
        }, FeatureScaling.Robust(table, problem.Train), NetworkActivation.Mish, 3);
        var random = new RandomStream(5, "perturbed");
        foreach (ref float p in start.Parameters.AsSpan())
            p += 0.2f * (float)random.NextNormal();
        TargetRange[] targets = [.. start.Targets.Select((t, i) => i == 2 ? t : TargetRange.OfLogits(0.6f))];
        return (table, new TabularNetwork(start.Shape, start.Scaling, start.Edges, start.Parameters, targets));
    }
}
