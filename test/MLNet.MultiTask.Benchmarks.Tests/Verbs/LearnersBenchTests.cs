using System.Text.Json;

namespace MLNet.MultiTask.Benchmarks.Tests.Verbs;

[TestClass]
public sealed class LearnersBenchTests
{
    private const string Peers = """
        {"sets":{"s":{"metric":"auc","arms":{"lgbm":{"macro":0.80},"mlp":{"macro":{"auc":[0.86,0.02]}}}}}}
        """;

    [TestMethod]
    public async Task Learners_StoredLines_ChoosesByValidationRowsSeedBySeed()
    {
        using var folder = new TemporaryFolder();
        // Trees are better on the test rows, but by the validation rows the network is taken for seed 1.
        string lines = folder.Write("r.json",
            [Line("trees", "Single", 1, 0.81, 0.90), Line("trees", "Single", 2, 0.85, 0.86),
            Line("net", "Single", 1, 0.82, 0.84), Line("net", "Single", 2, 0.80, 0.99),
            Line("mix", "Ensemble", 1, 0.5, 0.87), Line("mix", "Ensemble", 2, 0.5, 0.86)]);

        ToolRun run = await BenchmarkRun.Of("bench", "learners", "--read", lines, "--peers",
            folder.Write("p.json", [Peers]));

        run.AssertOk();
        JsonElement[] written = [.. run.Output.TrimEnd().Split('\n').Select(l => JsonDocument.Parse(l).RootElement)];
        Assert.HasCount(2, written);
        Assert.AreEqual("net/trees", written[0].GetProperty("chosen").GetString());
        Assert.AreEqual(0.85, written[0].GetProperty("chosen_macro")[0].GetDouble(), 1e-9);
        Assert.AreEqual("mlp", written[0].GetProperty("best_peer").GetString());
        // 0.85 is within the peer's deviation of 0.86, and above LightGBM; the ensemble is at 0.865.
        Assert.IsTrue(written[0].GetProperty("single_as_good_as_best_peer").GetBoolean());
        Assert.IsTrue(written[0].GetProperty("single_better_than_lightgbm").GetBoolean());
        Assert.IsTrue(written[0].GetProperty("ensemble_better_than_best_peer").GetBoolean());
        Assert.AreEqual(1, written[1].GetProperty("ensemble_better_than_best_peer").GetInt32());
    }

    [TestMethod]
    public async Task Learners_NamesWithoutManifest_SaysWhatIsMissing() =>
        (await BenchmarkRun.Of("bench", "learners", "--name", "x")).AssertBadInput("--name needs --manifest");

    [TestMethod]
    public async Task Learners_Folds_JudgeOnOtherRowsAndLeaveTheModel()
    {
        JsonElement one = await Ridge("1"), folds = await Ridge("3");

        double validation = one.GetProperty("validation").GetDouble(),
            held = folds.GetProperty("validation").GetDouble();
        Assert.AreNotEqual(validation, held);
        // Relative errors of the same model on other rows of the same houses.
        Assert.AreEqual(validation, held, 0.15 * validation);
        Assert.AreEqual(one.GetProperty("macro").GetDouble(), folds.GetProperty("macro").GetDouble());

        static async Task<JsonElement> Ridge(string folds)
        {
            ToolRun run = await BenchmarkRun.Of("bench", "learners", "--manifest",
                Repository.Shared("data", "manifest.json"), "--name", "enb", "--arm", "ridge", "--folds", folds);
            run.AssertOk();
            return JsonDocument.Parse(run.Output.Split('\n')[0]).RootElement;
        }
    }

    [TestMethod]
    [DataRow("0", "--folds must be 1 or more")]
    [DataRow("1", "there is no file 'x'")]
    public async Task Learners_UnusableOption_IsRefused(string folds, string expected) =>
        (await BenchmarkRun.Of("bench", "learners", "--read", "x", "--folds", folds)).AssertBadInput(expected);

    private static string Line(string arm, string role, int seed, double validation, double macro) =>
        JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["bench"] = "learners", ["set"] = "s", ["metric"] = "auc", ["arm"] = arm, ["role"] = role, ["seed"] = seed,
            ["validation"] = validation, ["macro"] = macro, ["seconds"] = 1.5,
        });
}
