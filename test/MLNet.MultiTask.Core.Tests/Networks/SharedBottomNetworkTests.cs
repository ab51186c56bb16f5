using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Tests.Training;

namespace MLNet.MultiTask.Tests.Networks;

[TestClass]
public sealed class SharedBottomNetworkTests
{
    [TestMethod]
    public void Shape_LaysOutLayersAndHeads()
    {
        var shape = new NetworkShape(4, [3, 2], [Problems.Value, Problems.Classes, Problems.Binary]);
        Assert.AreEqual(5, shape.OutputCount);
        Assert.AreEqual(4, shape.OutputOffset(2));
        Assert.AreEqual(new LayerShape(15, 21, 3, 2), shape.Layer(1));
        Assert.AreEqual(23, shape.TrunkParameterCount);
        Assert.AreEqual(23 + 5 * 3, shape.ParameterCount);
    }

    [TestMethod]
    public void Initialize_TaskAdded_LeavesOtherWeights()
    {
        SharedBottomNetwork two =
            SharedBottomNetwork.Initialize(new NetworkShape(4, [3], [Problems.Value, Problems.Binary]), 3);
        SharedBottomNetwork three = SharedBottomNetwork.Initialize(
            new NetworkShape(4, [3], [Problems.Classes, Problems.Value, Problems.Binary]), 3);
        CollectionAssert.AreEqual(two.Parameters, three.Select(two.Shape.Tasks).Parameters);
    }

    [TestMethod]
    public void Shape_LayerNorm_PutsGainsAndShiftsBehindTheBiases()
    {
        var shape = new NetworkShape(4, [3, 2], [Problems.Value, Problems.Binary], layerNorm: true);
        Assert.AreEqual(new LayerShape(21, 27, 3, 2, true), shape.Layer(1));
        Assert.AreEqual(29, shape.Layer(1).GainOffset);
        Assert.AreEqual(31, shape.Layer(1).ShiftOffset);
        Assert.AreEqual(33, shape.TrunkParameterCount);
        Assert.AreEqual(new LayerShape(33, 37, 2, 2), shape.Layer(2));
        float[] initial = SharedBottomNetwork.Initialize(shape, 1).Parameters;
        CollectionAssert.AreEqual(new float[] { 1, 1, 1, 0, 0, 0 }, initial[15..21]);
        CollectionAssert.AreEqual(initial[..12], SharedBottomNetwork.Initialize(new NetworkShape(4, [3, 2],
            shape.Tasks), 1).Parameters[..12]);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    [DataRow(true, true)]
    public void Forward_AnyRows_EqualsDoublePrecision(bool layerNorm, bool linearSkip = false)
    {
        TaskTable table = Problems.Mixed(600, 7);
        SharedBottomNetwork network = Network([21, 18], table.Tasks, layerNorm, linearSkip);
        var outputs = new float[600 * 5];
        network.Forward(table.Features.ToArray(), 600, outputs, 2);
        for (int row = 0; row < 600; row++)
        {
            double[] expected = DoubleNetwork.Outputs(network.Shape, [.. network.Parameters], table.FeatureRow(row));
            for (int o = 0; o < 5; o++)
                Assert.AreEqual(expected[o], outputs[row * 5 + o], 1e-5);
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    [DataRow(true, true)]
    public void Forward_OneRowAtATime_SameBits(bool layerNorm, bool linearSkip = false)
    {
        TaskTable table = Problems.Mixed(50, 7);
        SharedBottomNetwork network = Network([75, 18], table.Tasks, layerNorm, linearSkip);
        float[] all = new float[50 * 5], one = new float[5];
        network.Score(table.Features.ToArray(), 50, all);
        for (int row = 0; row < 50; row++)
        {
            network.Score(table.FeatureRow(row), 1, one);
            CollectionAssert.AreEqual(all[(row * 5)..(row * 5 + 5)], one);
        }
    }

    [TestMethod]
    public void Score_MixedTasks_GivesProbabilitiesAndUserUnits()
    {
        TaskTable table = Problems.Mixed(20);
        NetworkShape shape = new(5, [6], table.Tasks);
        SharedBottomNetwork raw = SharedBottomNetwork.Initialize(shape, 1);
        var network = new SharedBottomNetwork(shape, raw.Parameters, [0, 0, 100], [1, 1, 10]);
        float[] z = new float[20 * 5], s = new float[20 * 5];
        network.Forward(table.Features.ToArray(), 20, z);
        network.Score(table.Features.ToArray(), 20, s);
        for (int i = 0; i < z.Length; i += 5)
        {
            Assert.AreEqual(1 / (1 + Math.Exp(-z[i])), s[i], 1e-6);
            Assert.AreEqual(1, s[i + 1] + s[i + 2] + s[i + 3], 1e-6);
            Assert.AreEqual(Math.Exp(z[i + 1] - z[i + 2]), s[i + 1] / s[i + 2], 1e-4);
            Assert.AreEqual(100 + 10 * z[i + 4], s[i + 4], 1e-4);
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    [DataRow(true, true)]
    public void Score_OneRowOrAFewHundred_AllocatesNothing(bool layerNorm, bool linearSkip = false)
    {
        TaskTable table = Problems.Mixed(300, 7);
        SharedBottomNetwork network = Network([40, 18], table.Tasks, layerNorm, linearSkip);
        float[] features = table.Features.ToArray(), scores = new float[300 * 5];
        network.Score(features, 300, scores);
        network.Score(features, 1, scores);
        long before = GC.GetAllocatedBytesForCurrentThread();
        network.Score(features, 300, scores);
        network.Score(features, 1, scores);
        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    [DataRow(true, true)]
    public void Score_AnyThreads_SameBits(bool layerNorm, bool linearSkip = false)
    {
        TaskTable table = Problems.Mixed(1500, 7);
        SharedBottomNetwork network = Network([40, 18], table.Tasks, layerNorm, linearSkip);
        float[] one = new float[1500 * 5], many = new float[1500 * 5];
        network.Score(table.Features.ToArray(), 1500, one);
        foreach (int threads in new[] { 2, 3, 8 })
        {
            network.Score(table.Features.ToArray(), 1500, many, threads);
            CollectionAssert.AreEqual(one, many);
        }
    }

    [TestMethod]
    public void Select_LinearSkip_ScoresItsTasksAlike()
    {
        TaskTable table = Problems.Mixed(40, 7);
        SharedBottomNetwork network = Network([9], table.Tasks, false, true),
            some = network.Select([table.Tasks[2], table.Tasks[1]]);
        float[] all = new float[40 * 5], own = new float[40 * 4];
        network.Forward(table.Features.ToArray(), 40, all);
        some.Forward(table.Features.ToArray(), 40, own);
        for (int row = 0; row < 40; row++)
            CollectionAssert.AreEqual((float[])[all[row * 5 + 4], .. all[(row * 5 + 1)..(row * 5 + 4)]],
                own[(row * 4)..(row * 4 + 4)]);
    }

    [TestMethod]
    public void Initialize_LinearSkip_BeginsAsWithout()
    {
        var shape = new NetworkShape(4, [3], [Problems.Value, Problems.Binary], linearSkip: true);
        Assert.AreEqual(23 + 8, shape.ParameterCount);
        CollectionAssert.AreEqual((float[])[.. SharedBottomNetwork.Initialize(new NetworkShape(4, [3], shape.Tasks),
            1).Parameters, .. new float[8]], SharedBottomNetwork.Initialize(shape, 1).Parameters);
    }

    [TestMethod]
    public void Shape_LinearSkipWithoutTrunk_IsRefused() => StringAssert.Contains(Assert.ThrowsExactly<
        ArgumentException>(() => new NetworkShape(4, [], [Problems.Value], linearSkip: true)).Message, "linear");

    [TestMethod]
    public void Select_UnknownTask_IsNamed()
    {
        SharedBottomNetwork network = SharedBottomNetwork.Initialize(new NetworkShape(4, [3], [Problems.Value]), 3);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => network.Select([Problems.Binary])).Message,
            "no task 'bin'");
    }

    // With weights of the skip away from 0.
    private static SharedBottomNetwork Network(int[] hidden, IReadOnlyList<TaskInfo> tasks, bool layerNorm,
        bool linearSkip)
    {
        var network =
            SharedBottomNetwork.Initialize(new NetworkShape(7, hidden, tasks, layerNorm, linearSkip), 3);
        var random = new RandomStream(3, "skip");
        if (linearSkip)
            foreach (ref float p in network.Parameters.AsSpan(^(network.OutputCount * 7)..))
                p = random.NextSingle() - 0.5f;
        return network;
    }
}
