using System.CommandLine;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Tool.Options;
using MLNet.MultiTask.Tool.Sweeps;
using MLNet.MultiTask.Tool.Verbs;

namespace MLNet.MultiTask.Tool.Tests.Sweeps;

/// <summary>
/// Everything that a command line says of a sweep is in its <c>.mtconfig</c>, and comes back from it.
/// </summary>
[TestClass]
public sealed class ConfigOptionsTests
{
    // Where the data is, which the columns of the config say; where results go; what does not decide them.
    private static readonly string[] Elsewhere =
        ["--config", "--data", "--label", "--label-pattern", "--kind", "--task-id",
        "--weight", "--ignore", "--manifest", "--name", "--out", "--json", "--threads", "--no-timings", "--workers"];

    private static readonly Dictionary<string, string[]> Values = new()
    {
        ["--trials"] = ["3"], ["--minutes"] = ["2.5"], ["--folds"] = ["2"], ["--widths"] = ["6", "5,4"],
        ["--learning-rates"] = ["0.02"], ["--learners"] = ["linear", "tabular"],
        ["--members"] = ["2"], ["--method"] = ["label-correlation"],
        ["--helpers"] = [], ["--settings-per-group"] = [],
        ["--max-bytes"] = ["123456"], ["--max-microseconds"] = ["1E+5"], ["--outstanding"] = ["2"],
        ["--categorical"] = ["z"], ["--positive"] = ["buys=1"], ["--split-seed"] = ["7"],
        ["--max-rows"] = ["55"], ["--separator"] = [";"],
        ["--decimal-comma"] = [], ["--encoding"] = ["latin1"], ["--missing"] = ["?", ""], ["--hidden"] = ["9,8"],
        ["--layer-norm"] = [], ["--linear-skip"] = [],
        ["--weighting"] = ["cagrad(c=0.3)"], ["--gramian-interval"] = ["2"],
        ["--gramian-sketch"] = ["16"], ["--epochs"] = ["5"], ["--steps"] = ["40"], ["--patience"] = ["none"],
        ["--early-stopping"] = ["per-task"], ["--keep-last-weights"] = [], ["--batch-size"] = ["16"],
        ["--learning-rate"] = ["0.005"], ["--schedule"] = ["cosine"], ["--max-gradient-norm"] = ["2"],
        ["--dropout"] = ["0.1"], ["--weight-decay"] = ["0.01"], ["--task-sampling"] = ["unmixed"], ["--seed"] = ["5"],
    };

    [TestMethod]
    public void Options_OfTheCommand_AreAllKnownHere() => CollectionAssert.AreEquivalent(
        Verb().Options.Select(o => o.Name).Where(n => n is not ("--help" or "--version")).ToArray(),
        Values.Keys.Concat(Elsewhere).ToArray());

    [TestMethod]
    // Per-task stopping chooses weights, and one task at a time has no gradients to compare.
    [DataRow("--task-sampling", "--early-stopping")]
    [DataRow("--weighting", "--gramian-interval", "--gramian-sketch", "--keep-last-weights", "--schedule", "--steps")]
    public async Task Config_OfASweepWithEveryOption_SaysThemAll(params string[] without)
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", [.. SmallData.Lines().Select(WithCodes)]);
        string[] own = [.. Values.Where(v => !without.Contains(v.Key)).SelectMany(v => v.Value.Prepend(v.Key))];
        (await ToolRun.Of(["sweep", "--data", file, .. SmallData.Labels, .. own, "--out", folder["a"]])).AssertOk();
        string config = Path.Combine(folder["a"], "d.mtconfig");
        Assert.IsEmpty(JsonSchema.OfSweeps().Faults(JsonNode.Parse(File.ReadAllText(config))));
        Command verb = Verb();
        ParseResult given = verb.Parse(own), again = verb.Parse(SweepConfig.Arguments(config, Parts));
        Assert.IsEmpty(again.Errors);
        foreach (Option option in verb.Options.Where(o => Values.ContainsKey(o.Name)))
            Assert.AreEqual(Text(given, option), Text(again, option), option.Name);
    }

    [TestMethod]
    public async Task Config_OptionsBesideIt_ReplaceWhatItSays()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines());
        string[] quick = ["--folds", "2", "--method", "none", "--steps", "20"];
        (await ToolRun.Of(
            ["sweep", "--data", file, .. SmallData.Labels, .. quick, "--trials", "3", "--hidden", "8", "--epochs",
            "5", "--layer-norm", "--out", folder["a"]])).AssertOk();
        (await ToolRun.Of(
            ["sweep", "--config", Path.Combine(folder["a"], "d.mtconfig"), "--trials", "2", "--epochs", "6",
            "--out", folder["b"]])).AssertOk();
        JsonNode training = JsonNode.Parse(File.ReadAllText(Path.Combine(folder["b"], "d.mtconfig")))![
            "TrainingOption"]!;
        Assert.AreEqual(2, (int)training["MaxModelToExplore"]!);
        Assert.AreEqual("{\"Type\":\"NetworkOption\",\"Version\":0,\"Hidden\":\"8\",\"LayerNorm\":true," +
            "\"Epochs\":6,\"Steps\":\"20\"}",
            training["Network"]!.ToJsonString());
    }

    private static string WithCodes(string line, int row)
    {
        string[] cells = line.Split(',');
        if (row > 0)
            cells[2] = $"{row % 4}";
        return string.Join(';', cells).Replace('.', ',');
    }

    private static ConfigParts Parts =>
        SweepCommand.ConfigPartsOf(new DataOptions(forTraining: true), new SweepChoices(),
        new WorkersOptions(), new NetworkOptions());

    private static Command Verb() => SweepCommand.Create(new ToolConsole(TextWriter.Null, TextWriter.Null), null);

    // Numbers may be written in other ways.
    private static string Text(ParseResult parsed, Option option) =>
        parsed.GetResult(option) is not { Implicit: false } result
        ? "" : string.Join(' ', result.Tokens.Select(t => double.TryParse(t.Value,
            System.Globalization.CultureInfo.InvariantCulture, out double number)
            ? number.ToString(System.Globalization.CultureInfo.InvariantCulture) : t.Value).DefaultIfEmpty("given"));
}
