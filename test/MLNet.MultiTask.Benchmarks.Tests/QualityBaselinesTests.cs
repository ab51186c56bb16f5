using System.Text.Json;
using MLNet.MultiTask.Tool.Data;

namespace MLNet.MultiTask.Benchmarks.Tests;

[TestClass]
public sealed class QualityBaselinesTests
{
    private static readonly QualityBaselines s_baselines = new();

    [TestMethod]
    public void Defaults_OfTraining_AreTheSettingsOfTheReferenceResults()
    {
        var options = new TrainingOptions();
        Assert.AreEqual(1e-3f, options.LearningRate);
        Assert.AreEqual(1e-4f, options.WeightDecay);
        Assert.AreEqual(6000, options.MaxSteps);
        Assert.AreEqual(500, options.MaxEpochs);
        Assert.AreEqual(30, options.Patience);
        Assert.IsNull(options.BatchSize);
        Assert.IsTrue(options.KeepBestWeights);
    }

    [TestMethod]
    public void Hidden_EverySet_IsThatOfTheReferenceResults()
    {
        JsonElement sets = Sets();
        foreach (JsonProperty set in sets.EnumerateObject())
            CollectionAssert.AreEqual(
                set.Value.GetProperty("hidden").EnumerateArray().Select(h => h.GetInt32()).ToArray(),
                s_baselines.Hidden(set.Name).ToArray(), set.Name);
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void Apply_Census_EncodesAsTheReferenceDid()
    {
        DataDescription census = s_baselines.Apply(
            Manifest.Read(Repository.Shared("data", "manifest.json"), "census"), "census");
        DataSet data = DataSet.Read(census, DataSplit.DefaultSeed, s_baselines.MaxRows, CancellationToken.None);
        JsonElement expected = Sets().GetProperty("census");
        Assert.AreEqual(expected.GetProperty("split_check").GetString(), data.Split.Check());
        Assert.AreEqual(expected.GetProperty("encoded_features").GetInt32(), data.Table.FeatureCount);
        Assert.IsNull(data.Table.Weights);
    }

    private static JsonElement Sets() => JsonDocument.Parse(
        File.ReadAllText(Repository.Shared("bench", "quality_baselines.json"))).RootElement.GetProperty("sets");
}
