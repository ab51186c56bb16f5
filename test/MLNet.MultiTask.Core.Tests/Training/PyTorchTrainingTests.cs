using System.Text.Json;
using System.Text.Json.Serialization;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Training;

/// <summary>
/// Losses, gradients, optimiser steps and schedules against PyTorch's, stored by pytorch_training.py.
/// </summary>
[TestClass]
public sealed class PyTorchTrainingTests
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private static readonly Fixture Stored = JsonSerializer.Deserialize<Fixture>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Training", "pytorch_training.json")), Json)!;

    public static IEnumerable<object[]> Names => Stored.Cases.Select(c => new object[] { c.Name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void ComputeGradient_EveryBatch_AgreesWithAutograd(string name)
    {
        Case c = Stored.Cases.Single(c => c.Name == name);
        (TrainingProblem problem, NetworkShape shape) = Problem(c);
        float[] parameters = c.Parameters, gradient = new float[shape.ParameterCount];
        foreach (Step expected in c.Steps)
        {
            using var step = new TrainingStep(problem, shape, parameters, new TrainingOptions(), expected.Rows.Length);
            step.ComputeGradient(expected.Rows, gradient);
            AssertClose(expected.Gradient, gradient, 2e-6, "gradient");
            AssertLosses(expected, step);
            parameters = [.. expected.Parameters.Select(p => (float)p)];
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Run_SeveralSteps_AgreesWithAdamW(string name)
    {
        Case c = Stored.Cases.Single(c => c.Name == name);
        (TrainingProblem problem, NetworkShape shape) = Problem(c);
        var options = new TrainingOptions
        {
            LearningRate = c.LearningRate,
            WeightDecay = c.WeightDecay,
            MaxGradientNorm = c.MaxGradientNorm,
        };
        using var step = new TrainingStep(problem, shape, c.Parameters, options, c.Steps.Max(s => s.Rows.Length));
        var parameters = new float[shape.ParameterCount];
        for (int i = 0; i < c.Steps.Length; i++)
        {
            double total = step.Run(c.Steps[i].Rows, 1);
            Assert.AreEqual(
                c.Steps[i].Total, total, 1e-5 * (1 + Math.Abs(c.Steps[i].Total)), $"total loss of step {i + 1}");
            AssertLosses(c.Steps[i], step);
            step.Export(parameters);
            AssertClose(c.Steps[i].Parameters, parameters, 1e-3 * c.LearningRate, $"parameters after step {i + 1}");
        }
    }

    [TestMethod]
    [DataRow(LearningRateSchedule.OneCycle)]
    [DataRow(LearningRateSchedule.Cosine)]
    public void LearningRate_EveryStep_AgreesWithSchedule(LearningRateSchedule schedule)
    {
        double[] expected =
            schedule == LearningRateSchedule.OneCycle ? Stored.Schedules.OneCycle : Stored.Schedules.Cosine;
        for (int step = 1; step <= expected.Length; step++)
            Assert.AreEqual(
                expected[step - 1], LearningRates.At(schedule, 0.1f, step, expected.Length), 1e-7, $"step {step}");
    }

    private static (TrainingProblem, NetworkShape) Problem(Case c)
    {
        TaskInfo[] tasks = [.. c.Tasks.Select((t, i) =>
            new TaskInfo($"{i}", t.Kind, t.Kind == TaskKind.Multiclass ? ["x", "y", "z"] : null, t.Weight))];
        float[] labels = [.. c.Labels.Select(y => y ?? float.NaN)];
        var table = new TaskTable(c.Features, c.FeatureCount, tasks, labels, c.Weights);
        var rows = new RowSplit([.. Enumerable.Range(0, table.RowCount)], []);
        var problem = new TrainingProblem(table, rows, Problems.AllTasks(table));
        for (int t = 0; t < tasks.Length; t++)
        {
            Assert.AreEqual(c.Means[t], problem.Means[t], 1e-6 * (1 + Math.Abs(c.Means[t])), $"mean of task {t}");
            Assert.AreEqual(c.Scales[t], problem.Scales[t], 1e-6 * c.Scales[t], $"scale of task {t}");
        }
        return (problem, new NetworkShape(c.FeatureCount, c.Hidden, tasks, c.LayerNorm));
    }

    private static void AssertLosses(Step expected, TrainingStep step)
    {
        for (int t = 0; t < expected.Losses.Length; t++)
        {
            Assert.AreEqual(expected.Losses[t] is not null, step.WeightSums[t] > 0, $"task {t} is in the batch");
            double loss = expected.Losses[t] ?? 0;
            Assert.AreEqual(loss, step.Losses[t], 1e-5 * (1 + Math.Abs(loss)), $"loss of task {t}");
        }
    }

    private static void AssertClose(double[] expected, float[] actual, double tolerance, string what)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], tolerance * (1 + Math.Abs(expected[i])), $"{what}, entry {i}");
    }

    private sealed record Fixture(string Torch, Case[] Cases, Schedules Schedules);

    private sealed record Schedules(double[] OneCycle, double[] Cosine);

    private sealed record Case(string Name, int FeatureCount, int[] Hidden, float LearningRate, float WeightDecay,
        float? MaxGradientNorm, bool LayerNorm, Head[] Tasks, float[] Features, float?[] Labels, float[]? Weights,
        double[] Means, double[] Scales, float[] Parameters, Step[] Steps);

    private sealed record Head(TaskKind Kind, float Weight);

    private sealed record Step(
        int[] Rows, double?[] Losses, double Total, double[] Gradient, double[] Parameters);
}
