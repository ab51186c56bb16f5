using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Tests.Training;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public sealed class DataMapsAffinityTests
{
    [TestMethod]
    public void OnEpoch_SeveralNetworks_KeepsMeanAndDeviationOfTheTrueClassProbability()
    {
        TaskTable table = AffinityFixture.Mixed(20);
        int[] rows = [4, 7, 11, 15];
        var recorder = new DataMapsAffinity.Recorder(table, rows);
        SharedBottomNetwork[] networks = [.. Enumerable.Range(0, 5).Select(_ => AffinityFixture.Network(table, 6))];
        for (int e = 0; e < networks.Length; e++)
        {
            foreach (ref float p in networks[e].Parameters.AsSpan())
                p *= 1 + e;
            recorder.OnEpoch(networks[e], e + 1);
        }
        for (int point = 0; point < rows.Length; point++)
            for (int t = 0; t < 4; t++)
            {
                if (!table.IsObserved(rows[point], t))
                    continue;
                double[] all = [.. networks.Select(n => Probability(n, table, rows[point], t))];
                double mean = all.Average(), deviation = Math.Sqrt(all.Sum(p => (p - mean) * (p - mean)) / 4);
                Assert.AreEqual(mean, recorder.Map(point, t).Mean, 1e-6);
                Assert.AreEqual(deviation, recorder.Map(point, t).Deviation, 1e-6);
            }
    }

    // STG-MTL's sanity facts: a label and its complement map together, random labels are far from both.
    [TestMethod]
    public void Estimate_ComplementAndRandomLabel_ComplementIsNearRandomIsFar()
    {
        TaskTable source = Problems.Mixed(400, missing: 0, seed: 4, tasks: Problems.Binary);
        var random = new RandomStream(8, "labels");
        float[] labels = [.. source.Labels.SelectMany(y => new[] { y, 1 - y, random.NextInt32(2) })];
        var table = new TaskTable(source.Features,
            [new("label", TaskKind.Binary), new("complement", TaskKind.Binary), new("random", TaskKind.Binary)],
                labels);
        TaskAffinity affinity =
            new DataMapsAffinity(new() { Training = new() { Hidden = [16], MaxEpochs = 20, LearningRate = 0.01f } })
            .Estimate(table, RowSplit.Random(400, 0.2, 1));
        Assert.IsTrue(affinity[0, 1] > 2 * Math.Max(affinity[0, 2], affinity[1, 2]),
            $"{affinity[0, 1]}, {affinity[0, 2]}, {affinity[1, 2]}");
        Assert.AreEqual(affinity[0, 2], affinity[2, 0]);
    }

    private static double Probability(SharedBottomNetwork network, TaskTable table, int row, int task)
    {
        double[] parameters = ReferenceNetwork.Parameters(network);
        return table.Tasks[task].Kind == TaskKind.Regression
            ? Math.Exp(-Math.Sqrt(ReferenceNetwork.Loss(network, parameters, table, row, task)))
            : Math.Exp(-ReferenceNetwork.Loss(network, parameters, table, row, task));
    }
}
