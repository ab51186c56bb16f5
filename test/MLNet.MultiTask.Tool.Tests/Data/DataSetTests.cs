using System.Text.Json;
using MLNet.MultiTask.Tool.Data;

namespace MLNet.MultiTask.Tool.Tests.Data;

[TestClass]
public sealed class DataSetTests
{
    [TestMethod]
    [DataRow("yeast")]
    [DataRow("emotions")]
    [DataRow("wq")]
    [DataRow("enb")]
    [DataRow("landmine")]
    [DataRow("thyroid")]
    [DataRow("rf1")]
    public void Read_SetOfTheBaselines_SplitsAndEncodesAsTheyDid(string name)
    {
        JsonElement expected = Baseline(name);

        DataSet data = DataSet.Read(Manifest.Read(Repository.Shared("data", "manifest.json"), name),
            DataSplit.DefaultSeed, 20000, CancellationToken.None);

        Assert.AreEqual(expected.GetProperty("split_check").GetString(), data.Split.Check());
        Assert.AreEqual(expected.GetProperty("encoded_features").GetInt32(), data.Table.FeatureCount);
        Assert.AreEqual(expected.GetProperty("tasks").GetInt32(), data.Table.Tasks.Count);
        Assert.AreEqual(expected.GetProperty("test").GetInt32(), data.Split.Test.Length);
        CollectionAssert.AreEqual(
            expected.GetProperty("first_rows").EnumerateArray().Select(r => r.GetInt32()).ToArray(),
                data.Split.FileRows[..5]);
    }

    [TestMethod]
    [DataRow("emotions")]
    [DataRow("enb")]
    [DataRow("landmine")]
    [DataRow("thyroid")]
    public void Read_SetOfTheBaselines_GivesTheSameTrivialPredictor(string name)
    {
        DataSet data = DataSet.Read(Manifest.Read(Repository.Shared("data", "manifest.json"), name),
            DataSplit.DefaultSeed, 20000, CancellationToken.None);
        ConstantPredictor constant = ConstantPredictor.Learn(data.Table, data.Split.Train);
        float[] labels = data.Table.Labels[(data.Split.Test[0] * data.Table.Tasks.Count)..];

        MultiTaskMetrics metrics = MultiTaskMetrics.Evaluate(
            data.Table.Tasks, constant.Score(data.Split.Test.Length), labels, reference: constant);

        JsonElement expected = Baseline(name).GetProperty("arms").GetProperty("constant").GetProperty("per_task");
        foreach (TaskMetrics task in metrics.Tasks)
            foreach (var (metric, value) in task.Named()
                .Where(m => m.Key is not ("auprc" or "f1" or "mae") && !double.IsNaN(m.Value)))
                Assert.AreEqual(expected.GetProperty(task.Task.Name).GetProperty(metric)[0].GetDouble(), value,
                    1e-5 * Math.Max(1, Math.Abs(value)), $"{metric} of {task.Task.Name}");
    }

    private static JsonElement Baseline(string name) => JsonDocument.Parse(
        File.ReadAllText(Repository.Shared("bench", "quality_baselines.json"))).RootElement.GetProperty("sets")
            .GetProperty(name);
}
