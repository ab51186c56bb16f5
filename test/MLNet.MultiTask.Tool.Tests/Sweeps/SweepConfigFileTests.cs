using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OtherSchema = Json.Schema.JsonSchema;
using OwnSchema = MLNet.MultiTask.Tool.Sweeps.JsonSchema;

namespace MLNet.MultiTask.Tool.Tests.Sweeps;

/// <summary>The published schema, our check by it, and an independent program's.</summary>
[TestClass]
public sealed partial class SweepConfigFileTests
{
    private static readonly string Docs = Path.Combine(Repository.Root!, "docs");
    private static readonly OtherSchema Other =
        OtherSchema.FromText(File.ReadAllText(Path.Combine(Docs, "mtconfig.schema.json")));

    [TestMethod]
    public async Task Config_ThatASweepWrote_KeepsToTheSchemaAndAsksForTheSameSweep()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines());
        string[] quick = [.. SmallData.Quick, "--no-timings"];
        (await ToolRun.Of(["sweep", "--data", file, .. SmallData.Labels, .. quick, "--trials", "3", "--folds", "2",
            "--method", "none", "--widths", "6", "--learning-rates", "0.01", "--learners", "linear", "--seed",
            "3", "--out",
            folder["a"], "--json", folder["a.json"]])).AssertOk();
        string written = File.ReadAllText(Path.Combine(folder["a"], "d.mtconfig"));
        Assert.IsEmpty(OwnSchema.OfSweeps().Faults(JsonNode.Parse(written)));
        Assert.IsTrue(IsValid(written));
        (await ToolRun.Of(["sweep", "--config", Path.Combine(folder["a"], "d.mtconfig"), .. quick, "--out", folder["b"],
            "--json", folder["b.json"]])).AssertOk();
        Assert.AreEqual(File.ReadAllText(folder["a.json"]), File.ReadAllText(folder["b.json"]));
    }

    [TestMethod]
    public void Examples_OfTheDocumentation_KeepToTheSchema()
    {
        string[] examples = [.. JsonBlock().Matches(File.ReadAllText(Path.Combine(Docs, "sweep.md")))
            .Select(m => m.Groups[1].Value).Where(e => e.Contains("TrainingConfig", StringComparison.Ordinal))];
        Assert.IsNotEmpty(examples);
        foreach (string example in examples)
        {
            Assert.IsEmpty(OwnSchema.OfSweeps().Faults(JsonNode.Parse(example)));
            Assert.IsTrue(IsValid(example));
        }
    }

    [TestMethod]
    public void Faults_EveryPropertyBroken_AreWhatAnotherProgramFinds()
    {
        var own = OwnSchema.OfSweeps();
        int broken = 0;
        foreach (Action<JsonObject> change in Changes())
        {
            JsonObject config = Whole();
            change(config);
            bool bad = !IsValid(config.ToJsonString());
            Assert.AreEqual(bad, own.Faults(JsonNode.Parse(config.ToJsonString())).Count > 0, config.ToJsonString());
            broken += bad ? 1 : 0;
        }
        Assert.IsGreaterThan(60, broken);
    }

    [TestMethod]
    public void Schema_Learners_AreThoseOfTheCommand()
    {
        JsonNode schema = JsonNode.Parse(File.ReadAllText(Path.Combine(Docs, "mtconfig.schema.json")))!;
        JsonArray names = schema["$defs"]!["trainingOption"]!["properties"]!["AvailableTrainers"]!["items"]![
            "enum"]!.AsArray();
        CollectionAssert.AreEquivalent(Learners.ToolLearner.All.Select(l => l.Name).Where(n => n != "shared-bottom")
            .ToArray(),
            names.Select(n => (string)n!).ToArray());
    }

    [TestMethod]
    public void Schema_OfWordsNotKnown_IsRefused() => StringAssert.Contains(
        Assert.ThrowsExactly<NotSupportedException>(() => new OwnSchema(JsonNode.Parse(
            """{ "properties": { "a": { "pattern": "x" } } }""")!.AsObject())).Message, "'pattern'");

    private static bool IsValid(string json) =>
        Other.Evaluate(System.Text.Json.JsonDocument.Parse(json).RootElement).IsValid;

    /// <summary>
    /// Every property of every object: removed, of another type, negative, empty; and one more property.
    /// </summary>
    private static IEnumerable<Action<JsonObject>> Changes()
    {
        foreach (string path in Paths(Whole()))
        {
            foreach (JsonNode? value in new JsonNode?[]
                { null, JsonValue.Create(-1), JsonValue.Create("other"), JsonValue.Create(""),
                JsonValue.Create(true), new JsonArray(), new JsonObject() })
                yield return root => Parent(root, path).AsObject()[Last(path)] = value?.DeepClone();
            yield return root => Parent(root, path).AsObject().Remove(Last(path));
            yield return root => Parent(root, path).AsObject()["Unknown"] = 1;
        }
    }

    private static IEnumerable<string> Paths(JsonNode node, string path = "") => node switch
    {
        JsonObject o => o.SelectMany(p => Paths(p.Value!, $"{path}/{p.Key}").Prepend($"{path}/{p.Key}")),
        JsonArray { Count: > 0 } a => Paths(a[0]!, $"{path}/0").Where(p => !p.EndsWith("/0", StringComparison.Ordinal)),
        _ => [],
    };

    private static JsonNode Parent(JsonObject root, string path) => path.Split('/')[1..^1].Aggregate((JsonNode)root,
        (node, word) => node is JsonArray a ? a[0]! : node[word]!);

    private static string Last(string path) => path.Split('/')[^1];

    private static JsonObject Whole() => JsonNode.Parse("""
        { "Type": "TrainingConfig", "Version": 1, "Scenario": "MultiTask",
          "DataSource": { "Type": "TabularFile", "Version": 3, "FilePath": "d.csv", "Delimiter": ";", "DecimalMarker": ",",
            "HasHeader": true, "Encoding": "latin1", "Missing": ["?"], "SplitSeed": 4, "MaxRows": 50, "ColumnProperties": [ { "Type": "Column", "Version": 5, "ColumnName": "a",
              "ColumnPurpose": "Label", "ColumnDataFormat": "String", "IsCategorical": false, "TaskKind": "Binary" } ] },
          "Environment": { "Type": "LocalCPU", "Version": 1 },
          "TrainingOption": { "Type": "MultiTaskTrainingOption", "Version": 0, "TrainingTime": 2.5, "MaxModelToExplore": 3,
            "Seed": 0, "ValidationOption": { "Type": "CrossValidationValidationOption", "Version": 0, "NumberOfFolds": 3 },
            "Widths": ["8"], "Members": [2], "LearningRates": [0.1], "AvailableTrainers": ["trees"], "AffinityMethod": "none",
            "Helpers": true, "SettingsPerGroup": true, "MaxBytes": 9, "MaxMicroseconds": 0.5, "Outstanding": 2, "Network": { "Type": "NetworkOption", "Version": 0,
              "Hidden": "8", "LayerNorm": true, "Weighting": "equal", "GramianInterval": 2, "GramianSketch": 8,
              "TaskSampling": "mixed", "Epochs": 3, "Steps": "none", "Patience": "4", "EarlyStopping": "macro",
              "KeepLastWeights": true, "BatchSize": 16, "LearningRate": 0.01, "Schedule": "cosine", "MaxGradientNorm": 1,
              "Dropout": 0.5, "WeightDecay": 0 } },
          "RunHistory": { "Type": "Result", "Version": 3, "MetricName": "m", "ModelFilePath": "f", "Trials": [ {
            "Type": "Trial", "Version": 1, "TrainerName": "t", "Score": 0.5, "RuntimeInSeconds": 1,
            "Parameter": { "Grouping": "0", "Settings": { "hidden": "8" },
              "Groups": ["net hidden=8", "trees"] } } ] } }
        """)!.AsObject();

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex JsonBlock();
}
