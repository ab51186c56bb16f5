using System.Text.Json;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Training;

/// <summary>Clipping, task weights and learning-rate schedules against PyTorch's, stored by pytorch_options.py.</summary>
[TestClass]
public sealed class PyTorchOptionsTests
{
    private static readonly JsonElement Reference = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Training", "pytorch_options.json"))).RootElement;

    public static IEnumerable<object[]> Cases => Reference.GetProperty("cases").EnumerateArray().Select(c => new object[] { c.GetProperty("name").GetString()! });

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Run_ClippedGradients_AgreesWithPyTorch(string name)
    {
        JsonElement reference = Reference.GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);
        TaskTable table = Table(reference);
        int[] rows = [.. Enumerable.Range(0, table.RowCount)];
        var problem = new TrainingProblem(table, new RowSplit(rows, []), Problems.AllTasks(table));
        var shape = new NetworkShape(table.FeatureCount, [.. reference.GetProperty("hidden").EnumerateArray().Select(h => h.GetInt32())], table.Tasks);
        var options = new TrainingOptions
        {
            LearningRate = 0.02f,
            WeightDecay = 0.05f,
            MaxGradientNorm = reference.GetProperty("clip").ValueKind == JsonValueKind.Null ? null : reference.GetProperty("clip").GetSingle(),
        };
        using var step = new TrainingStep(problem, shape, Floats(reference, "parameters"), options, rows.Length);
        var values = new float[shape.ParameterCount];

        step.ComputeGradient(rows, values);
        AreEqual(Floats(reference, "losses"), [.. step.Losses.Select(l => (float)l)], 2e-6f);
        AreEqual(Floats(reference, "gradient"), values, 2e-6f);

        for (int i = 0; i < 10; i++)
            step.Run(rows, 1);
        step.Export(values);
        AreEqual(Floats(reference, "afterTenSteps"), values, 2e-4f);
        step.ComputeGradient(rows, values);
        AreEqual(Floats(reference, "lossesAfter"), [.. step.Losses.Select(l => (float)l)], 1e-4f);
    }

    [TestMethod]
    [DataRow(LearningRateSchedule.OneCycle, "oneCycle")]
    [DataRow(LearningRateSchedule.Cosine, "cosine")]
    public void LearningRate_EveryStep_AgreesWithPyTorch(LearningRateSchedule schedule, string name)
    {
        JsonElement reference = Reference.GetProperty("schedule");
        float[] expected = Floats(reference, name);
        for (int step = 1; step <= expected.Length; step++)
            Assert.AreEqual(expected[step - 1], LearningRates.At(schedule, 0.1f, step, expected.Length), 1e-7f, $"step {step}");
    }

    private static TaskTable Table(JsonElement reference)
    {
        string[] kinds = [.. reference.GetProperty("kinds").EnumerateArray().Select(k => k.GetString()!)];
        float[] taskWeights = Floats(reference, "taskWeights");
        TaskInfo[] tasks = [.. kinds.Select((kind, t) => kind switch
        {
            "binary" => new TaskInfo($"{t}", TaskKind.Binary, weight: taskWeights[t]),
            "multiclass" => new TaskInfo($"{t}", TaskKind.Multiclass, ["a", "b", "c"], taskWeights[t]),
            _ => new TaskInfo($"{t}", TaskKind.Regression, weight: taskWeights[t]),
        })];
        return new TaskTable(Floats(reference, "features"), reference.GetProperty("features")[0].GetArrayLength(), tasks,
            Floats(reference, "labels"), Floats(reference, "weights"));
    }

    private static float[] Floats(JsonElement element, string name) => [.. Flat(element.GetProperty(name))];

    private static IEnumerable<float> Flat(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Flat),
        JsonValueKind.Null => [float.NaN],
        _ => [(float)value.GetDouble()],
    };

    private static void AreEqual(float[] expected, float[] actual, float tolerance)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], tolerance * Math.Max(1, Math.Abs(expected[i])), $"value {i}");
    }
}
