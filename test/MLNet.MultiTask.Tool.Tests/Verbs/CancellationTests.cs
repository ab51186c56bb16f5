namespace MLNet.MultiTask.Tool.Tests.Verbs;

/// <summary>Ctrl-C at any moment ends every verb within a second, with nothing written.</summary>
[TestClass]
public sealed class CancellationTests
{
    [TestMethod]
    [DataRow(0), DataRow(50), DataRow(200), DataRow(500)]
    public async Task AnyVerb_CancelledWhileItWorks_EndsWithinASecond(int milliseconds)
    {
        using var folder = new TemporaryFolder();
        string small = folder.Write("small.csv", SmallData.Lines()), large = folder["large.csv"];
        string[] lines = SmallData.Lines(3000);
        File.WriteAllLines(large, [lines[0], .. Enumerable.Repeat(lines[1..], 100).SelectMany(l => l)]);
        (await ToolRun.Of(["train", "--data", small, .. SmallData.Labels, .. SmallData.Quick, "--grouping", "all",
            "--out", folder["m.mtsk"]])).AssertOk();
        string[][] commands =
        [
            ["train", "--data", large, .. SmallData.Labels, "--grouping", "all", "--steps", "none", "--json",
                folder["r"]],
            ["predict", "--model", folder["m.mtsk"], "--data", large, "--out", folder["r"]],
            ["evaluate", "--model", folder["m.mtsk"], "--data", large, "--part", "all", "--json", folder["r"]],
            ["affinity", "--data", large, .. SmallData.Labels, "--json", folder["r"]],
            ["sweep", "--data", large, .. SmallData.Labels, "--out", folder["s"], "--json", folder["r"]],
        ];
        foreach (string[] command in commands)
        {
            using var stop = new CancellationTokenSource(milliseconds);
            using var registration = stop.Token.Register(() => s_cancelled = Environment.TickCount64);
            ToolRun run = await ToolRun.Of(stop.Token, command);
            long after = Environment.TickCount64 - s_cancelled;
            if (run.ExitCode == ExitCode.Ok)
                continue;
            Assert.AreEqual(ExitCode.Cancelled, run.ExitCode, run.Error);
            // Target 1 s; the bound leaves room for a busy machine.
            Assert.IsLessThan(5000, after, command[0]);
            Assert.IsFalse(File.Exists(folder["r"]));
        }
    }

    private static long s_cancelled;
}
