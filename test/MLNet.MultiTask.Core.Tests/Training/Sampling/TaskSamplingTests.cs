using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Training.Sampling;

[TestClass]
public class TaskSamplingTests
{
    [TestMethod]
    [DataRow(1.0), DataRow(3.0), DataRow(double.PositiveInfinity)]
    public void Keep_ManySteps_DrawsInProportionToLabelsToThePower(double temperature)
    {
        int[] labels = [1000, 300, 50];
        var draw = new TaskDraw(labels, temperature, 7);
        var counts = new double[3];
        const int steps = 30_000;
        for (int step = 1; step <= steps; step++)
        {
            float[] factors = [0.1f, 0.2f, 0.3f];
            draw.Keep(factors, [2, 4, 8], step);
            int kept = Array.FindIndex(factors, f => f > 0);
            Assert.AreEqual(1f / (2 << kept), factors.Single(f => f != 0));
            counts[kept]++;
        }
        double total = labels.Sum(n => Math.Pow(n, 1 / temperature));
        for (int t = 0; t < 3; t++)
            Assert.AreEqual(Math.Pow(labels[t], 1 / temperature) / total, counts[t] / steps, 0.01);
    }

    [TestMethod]
    public void Keep_TaskAbsentFromTheBatch_IsNeverDrawn()
    {
        var draw = new TaskDraw([1000, 10], 1, 3);
        for (int step = 1; step < 200; step++)
        {
            float[] factors = [0, 0.5f];
            draw.Keep(factors, [0, 4], step);
            CollectionAssert.AreEqual(new[] { 0, 0.25f }, factors);
        }
    }

    [TestMethod]
    public void Run_UnmixedFirstStep_MovesOneHeadAndTheTrunk()
    {
        TaskInfo[] tasks = [new("a", TaskKind.Regression), new("b", TaskKind.Regression),
            new("c", TaskKind.Regression)];
        TaskTable table = Problems.Mixed(tasks: tasks);
        var problem = new TrainingProblem(table, Problems.Split(table), Problems.AllTasks(table));
        var shape = new NetworkShape(5, [6], tasks);
        float[] before = SharedBottomNetwork.Initialize(shape, 1).Parameters, after = new float[before.Length];
        using var step = new TrainingStep(problem, shape, before,
            new TrainingOptions { Hidden = [6], Sampling = TaskSampling.Unmixed, WeightDecay = 0 }, 20);
        step.Run(problem.Train.AsSpan(0, 20), 1);
        step.Export(after);
        int trunk = 5 * 6 + 6;
        Assert.IsTrue(Enumerable.Range(0, trunk).Any(i => before[i] != after[i]));
        // Heads are 6 × 3 weights, a column per task, and 3 biases.
        int[] moved = [.. Enumerable.Range(trunk, 6 * 3 + 3).Where(i => before[i] != after[i])];
        Assert.IsNotEmpty(moved);
        int[] biases = [.. moved.Where(i => i >= trunk + 18)];
        Assert.HasCount(1, biases);
    }

    [TestMethod]
    public void Resume_UnmixedBatches_GivesTheSameBits()
    {
        TaskTable table = Problems.Mixed(missing: 0.6);
        var options = new TrainingOptions { Hidden = [8], MaxEpochs = 4, BatchSize = 16, CheckpointSteps = 7,
            Sampling = TaskSampling.ByTemperature(2) };
        var checkpoints = new List<TrainingCheckpoint>();
        float[] expected = NetworkTrainer.Train(table, Problems.Split(table), Problems.AllTasks(table),
            options with { Checkpoint = checkpoints.Add }).Network.Parameters;
        CollectionAssert.AreEqual(expected, NetworkTrainer.Resume(table, Problems.Split(table),
            Problems.AllTasks(table), checkpoints[1], options).Network.Parameters);
        var e = Assert.ThrowsExactly<ArgumentException>(() => NetworkTrainer.Resume(table, Problems.Split(table),
            Problems.AllTasks(table), checkpoints[1], options with { Sampling = TaskSampling.Mixed }));
        StringAssert.Contains(e.Message, "'task sampling 2', this one 'task sampling mixed'");
    }

    [TestMethod]
    public void Validate_OneTaskABatchWithAWeighting_IsRefused()
    {
        var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new TrainingOptions
        {
            Sampling = TaskSampling.ByData, Weighting = new DwaWeighting(),
        }.Validate());
        StringAssert.StartsWith(e.Message, "Sampling must be mixed with the weighting dwa(temperature=2): a batch of " +
            "one task leaves nothing to weigh");
    }

    [TestMethod]
    [DataRow("mixed"), DataRow("unmixed"), DataRow("by-data"), DataRow("2.5")]
    public void Parse_Text_RoundTrips(string text) => Assert.AreEqual(text, TaskSampling.Parse(text).ToString());

    [TestMethod]
    [DataRow("0"), DataRow("-1"), DataRow("NaN"), DataRow("all")]
    public void Parse_OtherText_IsRefused(string text) => StringAssert.Contains(
        Assert.ThrowsExactly<FormatException>(() => TaskSampling.Parse(text)).Message, $"Task sampling is '{text}'");
}
