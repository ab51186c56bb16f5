using System.Text.Json;

namespace MLNet.MultiTask.Tool.Tests.Verbs;

[TestClass]
public sealed class AffinityOptionsTests
{
    [TestMethod]
    public async Task Affinity_UnknownStage_IsRefused()
    {
        using var folder = new TemporaryFolder();
        ToolRun run = await ToolRun.Of(["affinity", "--data", folder.Write("d.csv", SmallData.Lines()),
            .. SmallData.Labels, "--stage", "late"]);
        run.AssertBadInput("--stage is 'late'; expected auto, early, best, or a number of epochs from 1.");
    }

    [TestMethod]
    [DataRow("--solver", "newton"), DataRow("--solver", "lbfgs"), DataRow("--solver", "cg"),
        DataRow("--subspace", "dense")]
    [DataRow("--evaluation", "linearized"), DataRow("--trust-radius", "0.001"), DataRow("--calibration", "change")]
    public async Task Affinity_GradTagOption_ChangesTheEstimate(string option, string value)
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines(90));
        async Task<string> Run(params string[] more)
        {
            (await ToolRun.Of(["affinity", "--data", file, .. SmallData.Labels, .. SmallData.Quick, "--bases", "1",
                "--stage", "best", "--calibration-probes", "3", "--no-timings", "--json", folder["a.json"], .. more]))
                .AssertOk();
            return JsonDocument.Parse(File.ReadAllText(folder["a.json"])).RootElement.GetProperty("affinity")
                .GetRawText();
        }
        Assert.AreNotEqual(await Run(), await Run(option, value));
    }

    [TestMethod]
    public async Task Affinity_AdaptiveAndRadii_AreAmongTheDiagnostics()
    {
        using var folder = new TemporaryFolder();
        (await ToolRun.Of(["affinity", "--data", folder.Write("d.csv", SmallData.Lines(90)), .. SmallData.Labels,
            .. SmallData.Quick, "--bases", "1", "--stage", "best",
            "--adaptive", "--linearization-radii", "0.01", "0.1", "--json", folder["a.json"]])).AssertOk();
        JsonElement diagnostics =
            JsonDocument.Parse(File.ReadAllText(folder["a.json"])).RootElement.GetProperty("diagnostics");
        Assert.AreEqual(1, diagnostics.GetProperty("rounds").GetInt32());
        double small = diagnostics.GetProperty("linearizationError@0.01").GetDouble();
        Assert.IsTrue(small < diagnostics.GetProperty("linearizationError@0.1").GetDouble());
    }

    [TestMethod]
    public async Task Affinity_OptionsThatContradict_AreRefused()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines());
        (string[] Arguments, string Message)[] cases =
        [
            (["--solver", "cg", "--subspace", "krylov"], "--subspace must be whole, but is krylov"),
            (["--linearization-radii", "0.1", "0"], "--linearization-radii holds 0; they must be positive."),
            (["--trust-radius", "-1"], "--trust-radius is -1; it must be positive."),
            (["--stage", "best", "--calibration-probes", "0"], "--calibration-probes is 0; it must be at least 1."),
            (["--probes", "11"], "--probes is 11; it must be at least 12."),
            (["--stage", "early", "--probes", "20"], "--probes belongs to --stage auto."),
            (["--calibration-probes", "9"], "--calibration-probes belongs to --stage best or a number of epochs."),
            (["--method", "label-correlation", "--adaptive"],
                "--adaptive belongs to --method grad-tag; the method is label-correlation."),
        ];
        foreach ((string[] arguments, string message) in cases)
            (await ToolRun.Of(["affinity", "--data", file, .. SmallData.Labels, .. SmallData.Quick, .. arguments]))
                .AssertBadInput(message);
    }
}
