namespace MLNet.MultiTask.Tool.Tests.Verbs;

/// <summary><c>train --checkpoint</c>.</summary>
[TestClass]
public sealed class CheckpointTests
{
    [TestMethod]
    public async Task Train_CheckpointLeftInTheMiddle_ResumesToTheSameBytes()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines());
        string[] line = Line(file, "--epochs", "40", "--patience", "none");
        (await ToolRun.Of([.. line, "--out", folder["plain.mtsk"]])).AssertOk();

        // The checkpoints of a shorter run are those of a longer one that was interrupted.
        (await ToolRun.Of([.. Line(file, "--epochs", "13", "--patience", "none"), "--checkpoint", folder["c"],
            "--checkpoint-steps", "4"])).AssertOk();
        Assert.HasCount(2, Directory.GetFiles(folder["c"], "*.mtckpt"));
        (await ToolRun.Of([.. line, "--checkpoint", folder["c"], "--resume", "--out", folder["resumed.mtsk"]]))
            .AssertOk();

        CollectionAssert.AreEqual(File.ReadAllBytes(folder["plain.mtsk"]), File.ReadAllBytes(folder["resumed.mtsk"]));
    }

    [TestMethod]
    public async Task Train_AutoGrouping_KeepsEveryTrialNetwork()
    {
        using var folder = new TemporaryFolder();
        string[] line = ["train", "--data", folder.Write("d.csv", SmallData.Lines()), "--label", "buys", "spends",
            "--kind", "binary", "regression", "--ignore", "id", .. SmallData.Quick, "--no-timings"];

        (await ToolRun.Of([.. line, "--json", folder["plain.json"]])).AssertOk();
        (await ToolRun.Of([.. line, "--checkpoint", folder["c"]])).AssertOk();
        string[] kept = [.. Directory.GetFiles(folder["c"]).Order(StringComparer.Ordinal)];
        Dictionary<string, DateTime> times = kept.ToDictionary(f => f, File.GetLastWriteTimeUtc);
        (await ToolRun.Of([.. line, "--checkpoint", folder["c"], "--resume", "--json", folder["again.json"]]))
            .AssertOk();

        // Three networks (one of both, two of one) in each of three trials, and those of the chosen grouping.
        Assert.IsGreaterThanOrEqualTo(10, kept.Length);
        CollectionAssert.AreEqual(kept, Directory.GetFiles(folder["c"]).Order(StringComparer.Ordinal).ToArray());
        foreach (string network in kept)
            Assert.AreEqual(times[network], File.GetLastWriteTimeUtc(network), "a finished network was trained again");
        CollectionAssert.AreEqual(File.ReadAllBytes(folder["plain.json"]), File.ReadAllBytes(folder["again.json"]));
        // A checkpoint that cannot be used ends the search; it is no failed trial.
        ToolRun other = await ToolRun.Of([.. line, "--checkpoint", folder["c"], "--resume", "--dropout", "0.5"]);
        Assert.AreEqual(ExitCode.BadInput, other.ExitCode);
        StringAssert.Contains(other.Error, "The checkpoint is of another training: it has 'dropout 0");
        Assert.IsFalse(other.Error.Contains("could not be trained", StringComparison.Ordinal), other.Error);
    }

    [TestMethod]
    public async Task Train_AutoGrouping_KeepsTheAffinity()
    {
        using var folder = new TemporaryFolder();
        string[] line = ["train", "--data", folder.Write("d.csv", SmallData.Lines()), .. SmallData.Labels,
            .. SmallData.Quick, "--method", "gradient-cosine", "--batch-size", "8", "--runs", "1", "--no-timings"];
        string[] kept = [.. line, "--checkpoint", folder["c"], "--json", folder["r.json"]];
        (await ToolRun.Of([.. line, "--json", folder["plain.json"]])).AssertOk();
        ToolRun first = await ToolRun.Of(kept), again = await ToolRun.Of([.. kept, "--resume"]);

        first.AssertOk();
        again.AssertOk();
        StringAssert.Contains(first.Error, "Estimating the affinity");
        Assert.IsFalse(again.Error.Contains("Estimating the affinity", StringComparison.Ordinal));
        CollectionAssert.AreEqual(File.ReadAllBytes(folder["plain.json"]), File.ReadAllBytes(folder["r.json"]));
        // Only how long networks are trained differs, which their own checkpoints do not mind.
        ToolRun other = await ToolRun.Of([.. kept, "--resume", "--patience", "7"]);
        Assert.AreEqual(ExitCode.BadInput, other.ExitCode);
        StringAssert.Contains(other.Error, "is of another training: it has 'patience 30', this one 'patience 7'");
        File.WriteAllText(Path.Combine(folder["c"], "affinity-gradient-cosine.json"), "{}");
        ToolRun damaged = await ToolRun.Of([.. kept, "--resume"]);
        Assert.AreEqual(ExitCode.BadInput, damaged.ExitCode);
        StringAssert.Contains(damaged.Error, "is damaged: its checksum is wrong");
    }

    [TestMethod]
    public async Task Train_CheckpointsOfOtherDataOrOptions_AreRefused()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines());
        string[] kept = ["--checkpoint", folder["c"]];
        (await ToolRun.Of([.. Line(file), .. kept])).AssertOk();

        (await ToolRun.Of([.. Line(file), .. kept])).AssertBadInput("holds checkpoints already; give --resume");
        await AssertRefused(Line(file, "--seed", "3"),
            "The checkpoint is of another training: it has 'seed 1', this one 'seed 3'");
        await AssertRefused(Line(file, "--dropout", "0.5"), "'dropout 0");
        await AssertRefused(Line(folder.Write("e.csv", SmallData.With(4, "x", "9"))),
            "it has other data: feature 'x' differs, in at most ");
        string damaged = Directory.GetFiles(folder["c"])[0];
        File.WriteAllText(damaged, "something else");
        await AssertRefused(Line(file), damaged);

        async Task AssertRefused(string[] line, string message)
        {
            ToolRun run = await ToolRun.Of([.. line, .. kept, "--resume"]);
            Assert.AreEqual(ExitCode.BadInput, run.ExitCode);
            StringAssert.Contains(run.Error.TrimEnd('\n').Split('\n')[^1], message);
        }
    }

    [TestMethod]
    public async Task Train_CheckpointOptionsThatMakeNoSense_AreRefused()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines());
        (await ToolRun.Of([.. Line(file), "--resume"])).AssertBadInput("go with --checkpoint");
        (await ToolRun.Of([.. Line(file), "--checkpoint", file])).AssertBadInput("--checkpoint: ");
        (await ToolRun.Of([.. Line(file), "--checkpoint", folder["c"], "--checkpoint-steps", "0"]))
            .AssertBadInput("--checkpoint-steps is 0; at least 1 is expected.");
        ToolRun fresh = await ToolRun.Of([.. Line(file), "--checkpoint", folder["c"], "--resume"]);
        fresh.AssertOk();
        StringAssert.Contains(fresh.Error, "holds no checkpoint yet");
    }

    private static string[] Line(string file, params string[] options) => ["train", "--data", file, .. SmallData.Labels,
        "--hidden", "8", .. options.Contains("--epochs") ? Array.Empty<string>() : ["--epochs", "5"], .. options,
        "--grouping", "0,1|2"];

    [TestMethod]
    public async Task Train_AffinityInTheFolderWasChanged_IsRefused()
    {
        using var folder = new TemporaryFolder();
        string[] line = ["train", "--data", folder.Write("d.csv", SmallData.Lines()), .. SmallData.Labels,
            .. SmallData.Quick, "--method", "label-correlation", "--runs", "1", "--checkpoint", folder["c"]];
        (await ToolRun.Of(line)).AssertOk();
        string affinity = Directory.GetFiles(folder["c"], "affinity-*.json").Single(),
            text = File.ReadAllText(affinity);
        int digit = text.IndexOf("0.", text.IndexOf("\"affinity\"", StringComparison.Ordinal), StringComparison.Ordinal)
            + 2;
        File.WriteAllText(affinity, $"{text[..digit]}{(text[digit] == '1' ? '2' : '1')}{text[(digit + 1)..]}");
        (await ToolRun.Of([.. line, "--resume"])).AssertBadInput("its checksum is wrong");
        File.WriteAllText(affinity, text);
        (await ToolRun.Of([.. line, "--resume"])).AssertOk();
    }
}
