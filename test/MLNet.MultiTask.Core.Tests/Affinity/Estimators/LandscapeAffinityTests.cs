using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public sealed class LandscapeAffinityTests
{
    private static readonly TaskTable s_table = AffinityFixture.Mixed(12);

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Distances_FewSamples_AreL1DistancesOfNumericGradients(bool layerNorm)
    {
        SharedBottomNetwork network = AffinityFixture.Network(s_table, layerNorm, 5, 3);
        int[][] rows = [.. Enumerable.Range(0, 4).Select(t =>
            Enumerable.Range(0, 12).Where(r => s_table.IsObserved(r, t)).Take(6).ToArray())];
        var gradients = new SampleGradients(network, s_table, rows);
        double[][][] numeric =
            [.. Enumerable.Range(0, 4).Select(t => rows[t].Select(r => NumericGradient(network, r, t)).ToArray())];
        double[] units = [.. Enumerable.Range(0, 2).Select(l =>
            numeric.SelectMany(t => t).Average(g => Layer(network, g, l).Sum(Math.Abs)))];
        for (int i = 0; i < 4; i++)
            for (int j = 0; j < i; j++)
            {
                int count = Math.Min(rows[i].Length, rows[j].Length);
                double free = Enumerable.Range(0, count)
                    .Average(k => Distance(network, numeric[i][k], numeric[j][k], units));
                Assert.AreEqual(free, gradients.Distance(i, j), 1e-4 * free);
                int[] shared = [.. rows[i].Intersect(rows[j])];
                double paired = shared.Average(r =>
                    Distance(network, numeric[i][Array.IndexOf(rows[i], r)],
                        numeric[j][Array.IndexOf(rows[j], r)], units));
                Assert.AreEqual(paired, gradients.PairedDistance(i, j), 1e-4 * paired);
            }
    }

    [TestMethod]
    public void Estimate_LabelsThatAgreeMore_AreCloser()
    {
        var random = new RandomStream(2, "labels");
        float[] features = [.. Enumerable.Range(0, 300 * 4).Select(_ => (float)random.NextNormal())],
            labels = new float[300 * 3];
        for (int row = 0; row < 300; row++)
        {
            float y = random.NextInt32(2);
            labels[row * 3] = y;
            labels[row * 3 + 1] = random.NextDouble() < 0.1 ? 1 - y : y;
            labels[row * 3 + 2] = random.NextDouble() < 0.4 ? 1 - y : y;
        }
        var table = new TaskTable(features, 4,
            [new("a", TaskKind.Binary), new("b", TaskKind.Binary), new("c", TaskKind.Binary)], labels);
        TaskAffinity affinity =
            new LandscapeAffinity(new() { Hidden = [8] }).Estimate(table, RowSplit.Random(300, 0.2, 1));
        Assert.AreEqual(1, affinity.Diagnostics["pairedRows"]);
        Assert.IsTrue(affinity[0, 1] > affinity[1, 2] && affinity[1, 2] > 0, "nine of ten labels agree, six of ten");
    }

    private static double Distance(SharedBottomNetwork network, double[] x, double[] y, double[] units) =>
        Enumerable.Range(0, 2)
            .Sum(l => Layer(network, x, l).Zip(Layer(network, y, l), (a, b) => Math.Abs(a - b)).Sum() / units[l]);

    private static double[] Layer(SharedBottomNetwork network, double[] gradient, int l)
    {
        LayerShape layer = network.Shape.Layer(l);
        return gradient[layer.WeightOffset..(layer.BiasOffset + (layer.IsNormalized ? 3 : 1) * layer.Outputs)];
    }

    private static double[] NumericGradient(SharedBottomNetwork network, int row, int task)
    {
        const double h = 1e-6;
        double[] parameters = ReferenceNetwork.Parameters(network),
            gradient = new double[network.Shape.TrunkParameterCount];
        for (int k = 0; k < gradient.Length; k++)
        {
            double own = parameters[k];
            parameters[k] = own + h;
            double up = ReferenceNetwork.Loss(network, parameters, s_table, row, task);
            parameters[k] = own - h;
            gradient[k] = (up - ReferenceNetwork.Loss(network, parameters, s_table, row, task)) / (2 * h);
            parameters[k] = own;
        }
        return gradient;
    }
}
