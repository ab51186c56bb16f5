using System.Text.Json;

namespace MLNet.MultiTask.Tool.Tests.Verbs;

[TestClass]
public sealed class CardTests
{
    private static readonly string[] s_training =
        ["train", .. SmallData.Labels, .. SmallData.Quick, "--no-timings", "--data"];

    [TestMethod]
    public async Task Train_Card_SaysDataTasksGroupsMetricsAndLimits()
    {
        using var folder = new TemporaryFolder();
        string[] line = [.. s_training, folder.Write("d.csv", SmallData.Lines()), "--grouping", "0|1,2", "--json",
            folder["r.json"]];
        (await ToolRun.Of([.. line, "--card", folder["m.card.md"]])).AssertOk();
        string text = File.ReadAllText(folder["m.card.md"]);
        foreach (string part in new[]
            { "# d\n", "48 rows of training data, 5 features, 3 tasks.", "- buys (shared-bottom)",
            "- spends, grade (shared-bottom)", "12 test rows that took no part", "as categories: 1 (color: 3 values)" })
            StringAssert.Contains(text, part, StringComparison.Ordinal);

        (await ToolRun.Of([.. line, "--out", folder["net.mtsk"], "--card", folder["card.JSON"]])).AssertOk();
        JsonElement card = Json(folder["card.JSON"]), task = card.GetProperty("tasks")[0];
        Assert.AreEqual("net", card.GetProperty("name").GetString());
        Assert.AreEqual(Json(folder["r.json"]).GetProperty("arms").GetProperty("grouped").GetProperty("perTask")
            .GetProperty("buys").GetProperty("auc").GetDouble(),
            task.GetProperty("metrics").GetProperty("auc").GetProperty("mean").GetDouble());
    }

    [TestMethod]
    public async Task Train_CardOfALargeTarget_HasTheMeanOfTheFile()
    {
        using var folder = new TemporaryFolder();
        string[] lines = [.. SmallData.Lines().Select((l, i) => i == 0 ? l : Plus(l, 1e9))];
        (await ToolRun.Of([.. s_training, folder.Write("d.csv", lines), "--grouping", "all", "--card",
            folder["c.json"]])).AssertOk();
        double mean = Json(folder["c.json"]).GetProperty("tasks")[1].GetProperty("labelValues").GetProperty("mean")
            .GetDouble();
        Assert.AreEqual(1e9 + 10, mean, 5);

        static string Plus(string line, double offset)
        {
            string[] cells = line.Split(',');
            cells[5] = (double.Parse(cells[5], System.Globalization.CultureInfo.InvariantCulture) + offset)
                .ToString("R", System.Globalization.CultureInfo.InvariantCulture);
            return string.Join(',', cells);
        }
    }

    [TestMethod]
    public async Task Train_CardThatCannotBe_IsRefusedBeforeTheDataAreRead()
    {
        using var folder = new TemporaryFolder();
        string[] line = [.. s_training, folder["missing.csv"]];
        (await ToolRun.Of([.. line, "--card", folder["none/c.md"]])).AssertBadInput("its folder does not exist");
        (await ToolRun.Of([.. line, "--card", folder[""]])).AssertBadInput("it is a folder");
        (await ToolRun.Of([.. line, "--card", ""])).AssertBadInput("--card is given an empty value");
        (await ToolRun.Of([.. line, "--card", folder["c.md"], "--arms", "single,all"]))
            .AssertBadInput("--card is for the model 'grouped', which --arms single,all does not train");
        Assert.IsEmpty(folder.Files);
    }

    private static JsonElement Json(string path) => JsonDocument.Parse(File.ReadAllText(path)).RootElement;
}
