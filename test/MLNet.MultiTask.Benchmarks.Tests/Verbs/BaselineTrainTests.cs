using System.Text.Json;

namespace MLNet.MultiTask.Benchmarks.Tests.Verbs;

[TestClass]
public sealed class BaselineTrainTests
{
    [TestMethod]
    public async Task Train_Emotions_BeatsTheTrivialPredictorOnEveryTask()
    {
        using var folder = new TemporaryFolder();

        ToolRun run = await BenchmarkRun.Of("train", "--manifest", Repository.Shared("data", "manifest.json"),
            "--name", "emotions", "--grouping", "all", "--like-quality-baselines", "--json", folder["r.json"]);

        run.AssertOk();
        JsonElement json = JsonDocument.Parse(File.ReadAllText(folder["r.json"])).RootElement;
        Assert.AreEqual("0605f8f6e6fbc641", json.GetProperty("splitCheck").GetString());
        JsonElement trained = json.GetProperty("arms").GetProperty("grouped").GetProperty("perTask"),
            constant = json.GetProperty("constant").GetProperty("perTask");
        foreach (JsonProperty task in trained.EnumerateObject())
        {
            Assert.IsTrue(task.Value.GetProperty("auc").GetDouble() > 0.7, task.Name);
            Assert.IsTrue(task.Value.GetProperty("logloss").GetDouble() < constant.GetProperty(task.Name)
                .GetProperty("logloss").GetDouble(), task.Name);
        }
    }
}
